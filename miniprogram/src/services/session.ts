import { call, type Schema } from '../api/client'
import { Problem } from '../api/errors'
import { exchangeAs, isTokenRefused, vouch } from '../api/exchange'
import { emitter, type Unsubscribe } from '../domain/events'
import { texts } from '../i18n'
import { deviceName } from '../platform/device'
import { canceller, type Signal } from '../platform/http'
import { loginCode } from '../platform/login'
import { slot, wipeAccount } from '../platform/storage'
import { within } from '../platform/timers'
import { forgetKeys, keyed, keyedWith, newKey } from './keys'

export type Account = Schema<'Account'>
export type Agreement = Schema<'NewAgreement'>
export type ConsentPurpose = Schema<'ConsentPurpose'>
export type ConsentText = Awaited<ReturnType<typeof session.consentTexts>>[number]
export type Consent = Awaited<ReturnType<typeof session.consents>>[number]
export type SignIn = Awaited<ReturnType<typeof session.sessions>>[number]
export type SentCode = Schema<'SentCode'>
/** Exactly one of `password`; `challengeId` with `code`; `wechatCode`. */
export type Proof = Schema<'NewProof'>
export type Linked = Schema<'Linked'>
type Tokens = Schema<'Tokens'>

/** Who is signed in. */
export type SessionState =
  | { signedIn: false }
  | {
      signedIn: true
      accountId: string
      /** Whether WeChat logs in to this account; if not, linking may be offered. */
      wechatLinked: boolean
      /** As last seen; nothing before it was fetched. */
      account?: Account
    }

/** A registration: by `phone`, `challengeId` and `code`, or by `phoneCode` of WeChat's phone number button. */
export interface Registration {
  password: string
  agreements: Agreement[]
  phone?: string
  challengeId?: string
  code?: string
  /** What the `getPhoneNumber` button gave. */
  phoneCode?: string
  /** Whether WeChat shall log in to the new account. Implied by `phoneCode`. */
  withWechat?: boolean
  /** 「这是我的新号码」, where the answer was `phone-maybe-recycled`. */
  newNumber?: boolean
}

interface Stored {
  accountId: string
  accessToken: string
  refreshToken: string
  wechatLinked: boolean
  account?: Account
  /** Of a renewal that is under way: the same request may be repeated under it when its answer was lost. */
  renewal?: string
}

/** Answers to a renewal that end the session. All others leave it standing: the network and the server come back. */
const REFUSALS = new Set([400, 401, 403, 422])
/** How long a sign-out waits for the server. */
const FAREWELL_MS = 3_000

const stored = slot<Stored>('account', 'session', 1, (value) => Boolean(value.accessToken && value.refreshToken))
const changed = emitter<SessionState>()
const ended = emitter<Problem>()
const wiped = emitter<void>()
const rekeyed = emitter<void>()
const fetched = emitter<Account>()

let current: Stored | undefined
let renewing: Promise<boolean> | undefined
/** What is asked for under this sign-in is given up with it. */
let signIn = canceller()

function stateOf(from: Stored | undefined): SessionState {
  if (from === undefined) return { signedIn: false }
  const { accountId, wechatLinked, account } = from
  return { signedIn: true, accountId, wechatLinked, ...(account === undefined ? {} : { account }) }
}

function keep(next: Stored): void {
  current = next
  stored.set(next)
  changed.emit(stateOf(next))
}

/** Ends what is under way for whoever was signed in. */
function part(): void {
  signIn.cancel()
  signIn = canceller()
  renewing = undefined
}

function wipe(): void {
  forgetKeys()
  // First of all: an app that is killed now starts signed out.
  stored.remove()
  wipeAccount()
  wiped.emit()
}

function forget(): void {
  current = undefined
  part()
  try {
    wipe()
  } finally {
    changed.emit({ signedIn: false })
  }
}

/** Takes over the tokens of a login. Nothing of another account stays behind. */
function adopt(tokens: Tokens): SessionState {
  part()
  if (current?.accountId !== tokens.accountId) wipe()
  const { accountId, accessToken, refreshToken, wechatLinked } = tokens
  keep({ accountId, accessToken, refreshToken, wechatLinked })
  return session.state()
}

/** Gets the next pair of tokens; false when they are refused, which ends the session. */
async function renew(refused: string): Promise<boolean> {
  if (current === undefined) return false
  if (current.accessToken !== refused) return true
  if (renewing === undefined) {
    const run = renewOnce(current).finally(() => {
      if (renewing === run) renewing = undefined
    })
    renewing = run
  }
  return renewing
}

async function renewOnce(from: Stored): Promise<boolean> {
  const { signal } = signIn
  const key = from.renewal ?? (await newKey())
  if (signal.aborted) return false
  // Kept before it is sent: a refresh token that comes twice under two keys would end the sign-in.
  current = { ...from, renewal: key }
  stored.set(current)
  try {
    const body = await askForTokens(from, key, signal)
    // Meanwhile somebody signed out, or somebody else in: what was asked for is no longer theirs.
    if (body === undefined || current?.refreshToken !== from.refreshToken) return false
    const { account } = current
    const { accountId, accessToken, wechatLinked } = body
    keep({ accountId, accessToken, refreshToken: body.refreshToken, wechatLinked, ...(account && { account }) })
    return true
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !REFUSALS.has(thrown.status) || thrown.code === 'unavailable') throw thrown
    if (current?.refreshToken === from.refreshToken) {
      forget()
      ended.emit(thrown)
    }
    return false
  }
}

async function askForTokens({ refreshToken }: Stored, key: string, signal?: Signal): Promise<Tokens | undefined> {
  const asked = { key, body: { refreshToken }, ...(signal && { signal }) }
  return (await exchangeAs<Tokens>(undefined, 'POST', '/v1/auth/refresh', asked)).body
}

/** Tells the server that a sign-in is over, with a new token where the old one has run out. */
async function sayFarewell(from: Stored): Promise<void> {
  const leave = (token: string) => exchangeAs(token, 'POST', '/v1/auth/logout')
  try {
    await leave(from.accessToken)
  } catch (thrown) {
    if (!isTokenRefused(thrown)) throw thrown
    const tokens = await askForTokens(from, from.renewal ?? (await newKey()))
    if (tokens) await leave(tokens.accessToken)
  }
}

vouch({ token: () => current?.accessToken, signIn: () => signIn.signal, renew })

function device(): { device?: string } {
  const name = deviceName()
  return name === undefined ? {} : { device: name }
}

async function wechatCode(): Promise<string> {
  const code = await loginCode()
  const t = texts('common')
  if (code === undefined) throw new Problem(0, 'wechat-refused', current ? t.wechatSilent : t.wechatRefused)
  return code
}

/**
 * Who is signed in, and what one may do with one's own account. Everything that is sent fails with a `Problem`, whose
 * `message` and `fields` are for the user.
 */
export const session = {
  /** Takes up the session of the last start. At once, from storage; call it first of all in `App.onLaunch`. */
  restore(): SessionState {
    current = stored.get()
    return session.state()
  },

  /** Who is signed in. */
  state(): SessionState {
    return stateOf(current)
  },

  /** Is told of every change of the state. */
  subscribe(listener: (state: SessionState) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** Is told when the server has ended the session: show `problem.message` and go to the login page. Not called by `logout`. */
  onEnded(listener: (problem: Problem) => void): Unsubscribe {
    return ended.on(listener)
  },

  /** Is told when everything of an account was forgotten. For services that keep things in memory. */
  onWiped(listener: () => void): Unsubscribe {
    return wiped.on(listener)
  },

  /** Is told when the server gave the account's cards new handles: it does whenever a sign-in ends. Old codes are dead. */
  onRekeyed(listener: () => void): Unsubscribe {
    return rekeyed.on(listener)
  },

  /** Is told of the account whenever the server has told of it. */
  onAccount(listener: (account: Account) => void): Unsubscribe {
    return fetched.on(listener)
  },

  /** Logs in with WeChat; the first time, that makes an account. `wechat-refused` when WeChat gives no code. */
  async withWechat(agreements: Agreement[] = []): Promise<SessionState> {
    const code = await wechatCode()
    return adopt(await call('POST', '/v1/auth/login/wechat', { body: { code, agreements, ...device() } }))
  },

  /** Logs in with 车安通 ID, phone or e-mail, and the password. */
  async withPassword(identifier: string, password: string): Promise<SessionState> {
    return adopt(await call('POST', '/v1/auth/login/password', { body: { identifier, password, ...device() } }))
  },

  /** Logs in with an SMS code; with the password as well where the answer was `password-needed-too`. */
  async withSms(login: { phone: string; challengeId: string; code: string; password?: string }): Promise<SessionState> {
    return adopt(await call('POST', '/v1/auth/login/sms', { body: { ...login, ...device() } }))
  },

  /** Registers and signs in. Sent again after a lost answer, it still makes one account. */
  async register(registration: Registration): Promise<SessionState> {
    const { withWechat, ...given } = registration
    const linked = withWechat || given.phoneCode !== undefined
    const add = async () => ({ ...(linked && { wechatCode: await wechatCode() }), ...device() })
    const send = (key: string, more: Awaited<ReturnType<typeof add>>) =>
      call('POST', '/v1/auth/register', { key, body: { ...given, ...more } })
    return adopt(await keyedWith('register', registration, add, send))
  },

  /**
   * Asks for a code to register, log in or reset a password with. The answer is the same whether or not there is such an
   * account. Too soon: 429 with `retryAfter`.
   */
  requestCode(purpose: Schema<'CodeFor'>, identifier: string): Promise<SentCode> {
    const body = { purpose, identifier }
    return keyed(`code.${purpose}`, body, (key) => call('POST', '/v1/auth/codes', { key, body }))
  },

  /** Asks for a code to prove oneself with (`confirm` and the act), or to a new phone or address, or to move WeChat. */
  requestOwnCode(body: Schema<'NewOwnCode'>): Promise<SentCode> {
    return keyed(`own-code.${body.purpose}`, body, (key) => call('POST', '/v1/me/codes', { key, body }))
  },

  /** Sets a forgotten password anew. Every sign-in of the account ends. */
  async resetPassword(reset: Schema<'NewReset'>): Promise<void> {
    await call('POST', '/v1/auth/password/reset', { body: reset })
  },

  /** Changes the password, or sets the first one. Other sign-ins end, this one stays. */
  async changePassword(proof: Proof, newPassword: string): Promise<void> {
    await call('PUT', '/v1/me/password', { body: { proof, newPassword } })
    rekeyed.emit()
    if (current?.account) keep({ ...current, account: { ...current.account, hasPassword: true } })
  },

  /** Fetches one's own account. */
  async account(): Promise<Account> {
    const account = await call('GET', '/v1/me')
    if (current?.accountId === account.id) {
      keep({ ...current, account, wechatLinked: account.wechatLinked })
      fetched.emit(account)
    }
    return account
  },

  /** A proof by WeChat, for those whose WeChat is linked. */
  async wechatProof(): Promise<Proof> {
    return { wechatCode: await wechatCode() }
  },

  /**
   * Links the WeChat user at hand (互通). Needs a proof when more than ten minutes have passed since signing in
   * (`proof-needed`). `linked: false`: that WeChat user has a full account; `ticket` lets it move here.
   */
  async linkWechat(proof?: Proof): Promise<Linked> {
    const body = { code: await wechatCode(), ...(proof && { proof }) }
    const linked = await call('PUT', '/v1/me/wechat', { body })
    if (linked.linked && current) await session.account()
    return linked
  },

  /** Moves the WeChat user of a ticket here; both sides are proved. */
  async moveWechat(move: Schema<'NewMove'>): Promise<void> {
    await call('POST', '/v1/me/wechat/move', { body: move })
    rekeyed.emit()
    await session.account()
  },

  /** Takes WeChat away; another way in must remain (`last-way-in`). */
  async unlinkWechat(proof: Proof): Promise<void> {
    await call('POST', '/v1/me/wechat/removal', { body: { proof } })
    rekeyed.emit()
    await session.account()
  },

  /** Changes the phone: the code came to the new one. */
  async changePhone(change: Schema<'NewPhone'>): Promise<void> {
    await call('PUT', '/v1/me/phone', { body: change })
    await session.account()
  },

  /** Sets or changes the e-mail address: the code came there. */
  async changeEmail(change: Schema<'NewEmail'>): Promise<void> {
    await call('PUT', '/v1/me/email', { body: change })
    await session.account()
  },

  /** Takes the e-mail address away. */
  async removeEmail(proof: Proof): Promise<void> {
    await call('POST', '/v1/me/email/removal', { body: { proof } })
    await session.account()
  },

  /** Signs out: the phone forgets everything of the account at once, and the server is told if it can be reached soon. */
  async logout(): Promise<void> {
    const before = current
    if (before === undefined) return
    try {
      forget()
    } finally {
      const told = sayFarewell(before).catch(() => undefined)
      await within(FAREWELL_MS, told, undefined)
    }
  },

  /** One's sign-ins, the one that asks marked `current`. */
  async sessions() {
    return (await call('GET', '/v1/me/sessions')).items
  },

  /** Ends a sign-in on another phone. For this one there is `logout`. */
  async endSession(id: string): Promise<void> {
    await call('DELETE', '/v1/me/sessions/{id}', { params: { id } })
    rekeyed.emit()
  },

  /** The privacy policy and the terms, with the versions to agree to. */
  async consentTexts() {
    return (await call('GET', '/v1/auth/consent-texts')).items
  },

  /** What one agreed to, and when. */
  async consents() {
    return (await call('GET', '/v1/me/consents')).items
  },

  /** Agrees to texts in the versions that were shown. Pages call `consent.agree`. */
  async consent(agreements: Agreement[]): Promise<void> {
    await call('POST', '/v1/me/consents', { body: { agreements, ...device() } })
  },

  /** Takes a consent back; one that is taken back already is no failure. Pages call `consent.withdraw`. */
  async withdrawConsent(purpose: ConsentPurpose): Promise<void> {
    try {
      await call('DELETE', '/v1/me/consents/{purpose}', { params: { purpose } })
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'consent-not-given') throw problem
    }
  },

  /** All that is kept of oneself. */
  exportData(): Promise<unknown> {
    return call('GET', '/v1/me/export')
  },

  /** Closes the account: every sign-in ends; until `eraseAt` its owner may log in and keep it. */
  async close(proof: Proof): Promise<Schema<'Closing'>> {
    const closing = await call('POST', '/v1/me/closing', { body: { proof } })
    forget()
    return closing
  },

  /** Keeps an account that was to be erased. */
  async keep(): Promise<void> {
    await call('DELETE', '/v1/me/closing')
    await session.account()
  },
}
