import type { Schema } from '../api/client'
import type { Problem } from '../api/errors'
import { emitter } from '../domain/events'
import { canceller, type Signal } from '../platform/http'
import { slot, wipeAccount } from '../platform/storage'
import { forgetKeys } from './keys'

/** Who is signed in. */
export type SessionState =
  | { signedIn: false }
  | {
      signedIn: true
      accountId: string
      /** Whether WeChat logs in to this account; if not, linking may be offered. */
      wechatLinked: boolean
      /** As last fetched; undefined before the first fetch. */
      account?: Schema<'Account'>
    }

/** The signed-in session as storage keeps it. */
export interface StoredSession {
  accountId: string
  accessToken: string
  refreshToken: string
  wechatLinked: boolean
  account?: Schema<'Account'>
  /** Idempotency key of a token renewal that got no answer yet; the same request may be repeated under it. */
  renewal?: string
}

const stored = slot<StoredSession>('account', 'session', 1, (value) => Boolean(value.accessToken && value.refreshToken))
const changed = emitter<SessionState>()
const ended = emitter<Problem>()
const wiped = emitter<void>()
const rekeyed = emitter<void>()

let current: StoredSession | undefined
/** Cancels the requests that were sent under this sign-in. */
let requests = canceller()

function cancelRequests(): void {
  requests.cancel()
  requests = canceller()
}

function wipe(): void {
  forgetKeys()
  // The session first: an app that is killed now starts signed out.
  stored.remove()
  wipeAccount()
  wiped.emit()
}

/** The signed-in session in memory and in storage, for the services that begin, renew and end it. */
export const sessionState = {
  changed,
  /** The server ended the session. */
  ended,
  /** All data of an account was deleted from the phone. */
  wiped,
  /** The server gave the account's cards new handles. */
  rekeyed,

  current(): StoredSession | undefined {
    return current
  },

  /** Aborted when this sign-in ends. */
  signal(): Signal {
    return requests.signal
  },

  view(): SessionState {
    if (current === undefined) return { signedIn: false }
    const { accountId, wechatLinked, account } = current
    return { signedIn: true, accountId, wechatLinked, ...(account === undefined ? {} : { account }) }
  },

  /** Loads the session of the last start from storage. */
  load(): void {
    current = stored.get()
  },

  /** Stores the session without telling subscribers. */
  store(next: StoredSession): void {
    current = next
    stored.set(next)
  },

  /** Stores the session and tells subscribers. */
  update(next: StoredSession): void {
    sessionState.store(next)
    changed.emit(sessionState.view())
  },

  /** Starts a session with the tokens of a login. Data of another account is deleted. */
  begin({ accountId, accessToken, refreshToken, wechatLinked }: Schema<'Tokens'>): SessionState {
    cancelRequests()
    if (current?.accountId !== accountId) wipe()
    sessionState.update({ accountId, accessToken, refreshToken, wechatLinked })
    return sessionState.view()
  },

  /** Ends the session on this phone and deletes all data of the account. */
  end(): void {
    current = undefined
    cancelRequests()
    try {
      wipe()
    } finally {
      changed.emit({ signedIn: false })
    }
  },
}
