import type { Problem } from '../api/errors'
import { exchangeAs, isTokenRefused, setTokenProvider } from '../api/exchange'
import type { Unsubscribe } from '../domain/events'
import { within } from '../platform/timers'
import { type SessionState, type StoredSession, sessionState } from './session-state'
import { renewTokens, requestTokens } from './token-renewal'

/** How long a sign-out waits for the server. */
const LOGOUT_MS = 3_000

setTokenProvider({
  token: () => sessionState.current()?.accessToken,
  signIn: () => sessionState.signal(),
  renew: renewTokens,
})

/** Ends a sign-in on the server, with a new token where the old one has expired. */
async function logoutOnServer(from: StoredSession): Promise<void> {
  const send = (token: string) => exchangeAs(token, 'POST', '/v1/auth/logout')
  try {
    await send(from.accessToken)
  } catch (thrown) {
    if (!isTokenRefused(thrown)) throw thrown
    const tokens = await requestTokens(from)
    if (tokens) await send(tokens.accessToken)
  }
}

/** Who is signed in, and signing out. */
export const session = {
  /** Restores the session of the last start, synchronously from storage. Call it first in `App.onLaunch`. */
  restore(): SessionState {
    sessionState.load()
    return sessionState.view()
  },

  state(): SessionState {
    return sessionState.view()
  },

  subscribe(listener: (state: SessionState) => void): Unsubscribe {
    return sessionState.changed.on(listener)
  },

  /** Called when the server has ended the session: show `problem.message` and go to the login page. Not called by `logout`. */
  onEnded(listener: (problem: Problem) => void): Unsubscribe {
    return sessionState.ended.on(listener)
  },

  /** Called when all data of an account was deleted. For services that keep data in memory. */
  onWiped(listener: () => void): Unsubscribe {
    return sessionState.wiped.on(listener)
  },

  /** Called when the server gave the account's cards new handles, as it does whenever a sign-in ends. Old codes are invalid. */
  onRekeyed(listener: () => void): Unsubscribe {
    return sessionState.rekeyed.on(listener)
  },

  /** Signs out: all data of the account is deleted at once; the sign-in is ended on the server if it answers within 3 seconds. */
  async logout(): Promise<void> {
    const before = sessionState.current()
    if (before === undefined) return
    try {
      sessionState.end()
    } finally {
      const sent = logoutOnServer(before).catch(() => undefined)
      await within(LOGOUT_MS, sent, undefined)
    }
  },
}
