import type { Phone } from '../state'
import { type Calls, Refusal } from './call'
import type { Privacy } from './privacy'

/** What a button with an `open-type` answers its event with. */
export type OpenType = (type: string) => Promise<Record<string, unknown>>

/** Asks the simulated WeChat of the server. */
async function ask(phone: Phone, path: string, body: object): Promise<{ code: string }> {
  if (phone.state.offline) throw new Refusal('network error')
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`/_sim/wechat/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Refusal(`the server simulates no WeChat (${response.status})`)
  return response.json()
}

export function account(phone: Phone, calls: Calls, privacy: Privacy) {
  const phoneNumber = async () => {
    const { wechatPhone, openid } = phone.state
    try {
      await privacy.need('getPhoneNumber')
      if (wechatPhone === null) throw new Refusal('user deny')
      const { code } = await ask(phone, 'phone-codes', { phone: wechatPhone, openid })
      return { errMsg: 'getPhoneNumber:ok', code }
    } catch (error) {
      return { errMsg: `getPhoneNumber:fail ${error instanceof Error ? error.message : error}` }
    }
  }
  const openType: OpenType = async (type) => {
    calls.record(`open-type ${type}`, {})
    if (type === 'getPhoneNumber') return phoneNumber()
    if (type === 'agreePrivacyAuthorization') privacy.agree()
    return { errMsg: `${type}:ok` }
  }
  return {
    openType,
    api: {
      login: calls.define('login', () => {
        const { loginRefused, openid } = phone.state
        if (loginRefused) throw new Refusal('auth deny')
        return ask(phone, 'codes', { openid })
      }),
      checkSession: calls.accept('checkSession'),
      getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0000000000000000', envVersion: 'develop', version: '' } }),
    },
  }
}
