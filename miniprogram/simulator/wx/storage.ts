import type { Phone } from '../state'
import type { Calls } from './call'
import { Refusal } from './call'

/** `wx.setStorage` and its kind: in localStorage, apart for each WeChat user. */
export function storage(phone: Phone, calls: Calls): Record<string, unknown> {
  const prefix = () => `wx:${phone.state.openid}:`
  const keys = () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix()))
      .map((key) => key.slice(prefix().length))
  const get = (key: string): unknown => {
    const text = localStorage.getItem(prefix() + key)
    return text === null ? '' : JSON.parse(text)
  }
  const set = (key: string, value: unknown) => localStorage.setItem(prefix() + key, JSON.stringify(value))
  const remove = (key: string) => localStorage.removeItem(prefix() + key)
  const clear = () => keys().forEach(remove)
  const info = () => {
    const size = keys().reduce((sum, key) => sum + (localStorage.getItem(prefix() + key)?.length ?? 0), 0)
    return { keys: keys(), currentSize: Math.ceil(size / 1024), limitSize: 10_240 }
  }
  type Key = { key: string }
  return {
    getStorageSync: get,
    setStorageSync: set,
    removeStorageSync: remove,
    clearStorageSync: clear,
    getStorageInfoSync: info,
    getStorage: calls.define<Key>('getStorage', ({ key }) => {
      if (!keys().includes(key)) throw new Refusal('data not found')
      return { data: get(key) }
    }),
    setStorage: calls.define<Key & { data: unknown }>('setStorage', ({ key, data }) => set(key, data)),
    removeStorage: calls.define<Key>('removeStorage', ({ key }) => remove(key)),
    clearStorage: calls.define('clearStorage', clear),
    getStorageInfo: calls.define('getStorageInfo', info),
  }
}
