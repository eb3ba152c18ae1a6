import { call, type Schema } from '../api/client'
import { emitter, type Unsubscribe } from '../domain/events'
import { keyed } from './keys'
import { sessionState } from './session-state'
import { wechatCode } from './wechat-code'

export type Account = Schema<'Account'>
/** Exactly one of `password`; `challengeId` with `code`; `wechatCode`. */
export type Proof = Schema<'NewProof'>

const fetched = emitter<Account>()

/** The account of the signed-in user. Failures are `Problem`s whose texts are for the user. */
export const myAccount = {
  /** Called after every fetch. */
  onFetched(listener: (account: Account) => void): Unsubscribe {
    return fetched.on(listener)
  },

  async fetch(): Promise<Account> {
    const account = await call('GET', '/v1/me')
    const current = sessionState.current()
    if (current?.accountId === account.id) {
      sessionState.update({ ...current, account, wechatLinked: account.wechatLinked })
      fetched.emit(account)
    }
    return account
  },

  /** Requests a code to prove who one is (`confirm` with an act), to verify a new phone or address, or to move WeChat. */
  requestCode(body: Schema<'NewOwnCode'>): Promise<Schema<'SentCode'>> {
    return keyed(`own-code.${body.purpose}`, body, (key) => call('POST', '/v1/me/codes', { key, body }))
  },

  /** A proof by WeChat, for accounts with a linked WeChat user. */
  async wechatProof(): Promise<Proof> {
    return { wechatCode: await wechatCode() }
  },

  /** Changes the password, or sets the first one. Other sign-ins end, this one stays. */
  async changePassword(proof: Proof, newPassword: string): Promise<void> {
    await call('PUT', '/v1/me/password', { body: { proof, newPassword } })
    sessionState.rekeyed.emit()
    const current = sessionState.current()
    if (current?.account) sessionState.update({ ...current, account: { ...current.account, hasPassword: true } })
  },

  /**
   * Links the WeChat user of this phone (互通). Needs a proof when more than ten minutes have passed since signing in
   * (`proof-needed`). `linked: false`: that WeChat user has a full account; `ticket` allows moving it here.
   */
  async linkWechat(proof?: Proof): Promise<Schema<'Linked'>> {
    const body = { code: await wechatCode(), ...(proof && { proof }) }
    const linked = await call('PUT', '/v1/me/wechat', { body })
    if (linked.linked && sessionState.current()) await myAccount.fetch()
    return linked
  },

  /** Moves the WeChat user of a ticket to this account; both accounts are proved. */
  async moveWechat(move: Schema<'NewMove'>): Promise<void> {
    await call('POST', '/v1/me/wechat/move', { body: move })
    sessionState.rekeyed.emit()
    await myAccount.fetch()
  },

  /** Unlinks WeChat; another way to log in must remain (`last-way-in`). */
  async unlinkWechat(proof: Proof): Promise<void> {
    await call('POST', '/v1/me/wechat/removal', { body: { proof } })
    sessionState.rekeyed.emit()
    await myAccount.fetch()
  },

  /** Changes the phone number; the code was sent to the new one. */
  async changePhone(change: Schema<'NewPhone'>): Promise<void> {
    await call('PUT', '/v1/me/phone', { body: change })
    await myAccount.fetch()
  },

  /** Sets or changes the e-mail address; the code was sent to the new one. */
  async changeEmail(change: Schema<'NewEmail'>): Promise<void> {
    await call('PUT', '/v1/me/email', { body: change })
    await myAccount.fetch()
  },

  async removeEmail(proof: Proof): Promise<void> {
    await call('POST', '/v1/me/email/removal', { body: { proof } })
    await myAccount.fetch()
  },

  /** All data that is stored of the user. */
  exportData(): Promise<unknown> {
    return call('GET', '/v1/me/export')
  },

  /** Closes the account: all sign-ins end. Until `eraseAt` the user may log in again and cancel the closure. */
  async close(proof: Proof): Promise<Schema<'Closing'>> {
    const closing = await call('POST', '/v1/me/closing', { body: { proof } })
    sessionState.end()
    return closing
  },

  async cancelClosing(): Promise<void> {
    await call('DELETE', '/v1/me/closing')
    await myAccount.fetch()
  },
}
