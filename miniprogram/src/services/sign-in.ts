import { call, type Schema } from '../api/client'
import { deviceField } from '../platform/device'
import { keyed, keyedWith } from './keys'
import { type SessionState, sessionState } from './session-state'
import { wechatCode } from './wechat-code'

type Agreement = Schema<'NewAgreement'>
export type SentCode = Schema<'SentCode'>

/** A registration: by `phone`, `challengeId` and `code`, or by `phoneCode` of WeChat's phone number button. */
export interface Registration {
  password: string
  agreements: Agreement[]
  phone?: string
  challengeId?: string
  code?: string
  /** From the `getPhoneNumber` button. */
  phoneCode?: string
  /** Link WeChat to the new account. Implied by `phoneCode`. */
  withWechat?: boolean
  /** 「这是我的新号码」, after `phone-maybe-recycled`. */
  newNumber?: boolean
}

/** Logging in, registering, and resetting a forgotten password. Failures are `Problem`s whose texts are for the user. */
export const signIn = {
  /** Logs in with WeChat; the first time, that creates an account. `wechat-refused` when WeChat gives no code. */
  async withWechat(agreements: Agreement[] = []): Promise<SessionState> {
    const code = await wechatCode()
    return sessionState.begin(
      await call('POST', '/v1/auth/login/wechat', { body: { code, agreements, ...deviceField() } }),
    )
  },

  /** Logs in with 车安通 ID, phone or e-mail, and the password. */
  async withPassword(identifier: string, password: string): Promise<SessionState> {
    const body = { identifier, password, ...deviceField() }
    return sessionState.begin(await call('POST', '/v1/auth/login/password', { body }))
  },

  /** Logs in with an SMS code; with the password as well after `password-needed-too`. */
  async withSms(login: { phone: string; challengeId: string; code: string; password?: string }): Promise<SessionState> {
    return sessionState.begin(await call('POST', '/v1/auth/login/sms', { body: { ...login, ...deviceField() } }))
  },

  /** Registers and signs in. Repeated after a lost answer, it creates only one account. */
  async register(registration: Registration): Promise<SessionState> {
    const { withWechat, ...given } = registration
    const linked = withWechat || given.phoneCode !== undefined
    const add = async () => ({ ...(linked && { wechatCode: await wechatCode() }), ...deviceField() })
    const send = (key: string, more: Awaited<ReturnType<typeof add>>) =>
      call('POST', '/v1/auth/register', { key, body: { ...given, ...more } })
    return sessionState.begin(await keyedWith('register', registration, add, send))
  },

  /**
   * Requests a code for registering, logging in or resetting a password. The answer is the same whether or not the
   * account exists. Too soon: 429 with `retryAfter`.
   */
  requestCode(purpose: Schema<'CodeFor'>, identifier: string): Promise<SentCode> {
    const body = { purpose, identifier }
    return keyed(`code.${purpose}`, body, (key) => call('POST', '/v1/auth/codes', { key, body }))
  },

  /** Sets a new password in place of a forgotten one. All sign-ins of the account end. */
  async resetPassword(reset: Schema<'NewReset'>): Promise<void> {
    await call('POST', '/v1/auth/password/reset', { body: reset })
  },
}
