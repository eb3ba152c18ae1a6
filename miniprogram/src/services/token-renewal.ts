import type { Schema } from '../api/client'
import { Problem } from '../api/errors'
import { exchangeAs } from '../api/exchange'
import type { Signal } from '../platform/http'
import { newKey } from './keys'
import { type StoredSession, sessionState } from './session-state'

type Tokens = Schema<'Tokens'>

/** Statuses of a renewal that end the session. All others keep it: the network or the server may recover. */
const REFUSALS = new Set([400, 401, 403, 422])

let renewing: { signal: Signal; done: Promise<boolean> } | undefined

/**
 * Replaces a refused access token. Resolves to false when the refresh token is refused too, which ends the session.
 * Calls at the same time share one request.
 */
export async function renewTokens(refused: string): Promise<boolean> {
  const current = sessionState.current()
  if (current === undefined) return false
  if (current.accessToken !== refused) return true
  const signal = sessionState.signal()
  if (renewing?.signal !== signal) {
    const run = {
      signal,
      done: renewOnce(current, signal).finally(() => {
        if (renewing === run) renewing = undefined
      }),
    }
    renewing = run
  }
  return renewing.done
}

/** Requests new tokens without storing them. */
export async function requestTokens(from: StoredSession, signal?: Signal): Promise<Tokens | undefined> {
  return send(from, from.renewal ?? (await newKey()), signal)
}

async function send({ refreshToken }: StoredSession, key: string, signal?: Signal): Promise<Tokens | undefined> {
  const options = { key, body: { refreshToken }, ...(signal && { signal }) }
  return (await exchangeAs<Tokens>(undefined, 'POST', '/v1/auth/refresh', options)).body
}

async function renewOnce(from: StoredSession, signal: Signal): Promise<boolean> {
  const key = from.renewal ?? (await newKey())
  if (signal.aborted) return false
  // Stored before it is sent: the server ends the sign-in when a refresh token comes twice under two keys.
  sessionState.store({ ...from, renewal: key })
  try {
    const tokens = await send(from, key, signal)
    const current = sessionState.current()
    // The user may have signed out, or another may have signed in, in the meantime.
    if (tokens === undefined || current?.refreshToken !== from.refreshToken) return false
    const { accountId, accessToken, refreshToken, wechatLinked } = tokens
    const { account } = current
    sessionState.update({ accountId, accessToken, refreshToken, wechatLinked, ...(account && { account }) })
    return true
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !REFUSALS.has(thrown.status) || thrown.code === 'unavailable') throw thrown
    if (sessionState.current()?.refreshToken === from.refreshToken) {
      sessionState.end()
      sessionState.ended.emit(thrown)
    }
    return false
  }
}
