/**
 * What the phone remembers. WeChat keeps storage apart for each of its users, so another WeChat user on the same phone
 * finds nothing of this one's.
 */

/** `account`: gone when the account signs out or another signs in. `device`: stays. */
export type Scope = 'account' | 'device'

/** One remembered value. */
export interface Slot<T> {
  /** The value, if there is one of this version. */
  get(): T | undefined
  /** Remembers it; false when the phone has no room. */
  set(value: T): boolean
  remove(): void
}

const PREFIX = 'km'

function keyOf(scope: Scope, name: string): string {
  return `${PREFIX}.${scope}.${name}`
}

/** A place in storage. A value of another version, or one that `valid` does not take, counts as none. */
export function slot<T>(
  scope: Scope,
  name: string,
  version: number,
  valid: (value: T) => boolean = () => true,
): Slot<T> {
  const key = keyOf(scope, name)
  return {
    get() {
      try {
        const stored: unknown = wx.getStorageSync(key)
        if (typeof stored !== 'string' || stored === '') return undefined
        const { v, d } = JSON.parse(stored) as { v?: number; d?: T }
        return v === version && d !== undefined && d !== null && valid(d) ? d : undefined
      } catch {
        return undefined
      }
    },
    set(value) {
      try {
        wx.setStorageSync(key, JSON.stringify({ v: version, d: value }))
        return true
      } catch {
        return false
      }
    },
    remove() {
      try {
        wx.removeStorageSync(key)
      } catch {
        // What cannot be removed now is overwritten by the next sign-in.
      }
    },
  }
}

/** Forgets everything of the account. */
export function wipeAccount(): void {
  let keys: string[] = []
  try {
    keys = wx.getStorageInfoSync().keys
  } catch {
    return
  }
  for (const key of keys) {
    if (!key.startsWith(keyOf('account', ''))) continue
    try {
      wx.removeStorageSync(key)
    } catch {
      wx.setStorageSync(key, '')
    }
  }
}
