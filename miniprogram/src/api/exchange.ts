import { texts } from '../i18n'
import { either, type RawAnswer, type RawRequest, type Signal, send } from '../platform/http'
import { network } from '../platform/network'
import { pause } from '../platform/timers'
import { Problem } from './errors'
import { problemOf } from './problem'

export type Method = RawRequest['method']

/** An answer of the API. */
export interface Answer<T> {
  status: number
  /** None where there is none: 204, or 304 because what one has is still right. */
  body: T | undefined
  etag?: string
}

/** What may go with a request; `api/client.ts` gives it types. */
export interface Asked {
  params?: unknown
  query?: unknown
  body?: unknown
  key?: string
  etag?: string
  signal?: Signal
  until?: number
}

/** Who vouches for requests: the session. */
export interface Authority {
  /** The access token, if somebody is signed in. */
  token(): string | undefined
  /** Given up when this sign-in ends: what was asked for under it is nobody's any more. */
  signIn(): Signal
  /**
   * Gets another token of the same sign-in in place of a refused one. Resolves to whether it did; fails with a `Problem`
   * when nobody could be asked.
   */
  renew(refused: string): Promise<boolean>
}

/** Is told of every answer. */
export type Observer = (answer: RawAnswer) => void

/** Is told of every refusal. */
type Listener = (problem: Problem) => void

const TIMEOUT_MS = 8_000
const PAUSES_MS = [400, 1_000, 2_000]
/** No attempt begins later than this after the first. */
const PATIENCE_MS = 12_000
/** 401s that say something of the token. The others say something of a password or a WeChat code. */
const TOKEN_REFUSED = new Set([
  'not-signed-in',
  'session-ended',
  'token-expired',
  'token-foreign',
  'token-key-retired',
  'token-refused',
])

let authority: Authority | undefined
let observer: Observer | undefined
let refused: Listener | undefined

/** Lets the session vouch for requests. */
export function vouch(by: Authority): void {
  authority = by
}

/** Lets the clock listen to what answers say of the time. */
export function observe(by: Observer): void {
  observer = by
}

/** Lets a service hear what the server refuses. */
export function onRefused(by: Listener): void {
  refused = by
}

/**
 * Sends a request as `api/client.ts` describes it, renewing the token once where it is refused. It is `cancelled` when
 * its sign-in ends: it neither goes out again under the next one, nor is its answer told to it.
 */
export async function exchange<T>(method: Method, path: string, asked: Asked = {}): Promise<Answer<T>> {
  const token = authority?.token()
  if (token === undefined || authority === undefined) return exchangeAs<T>(undefined, method, path, asked)
  const own = { ...asked, signal: either(authority.signIn(), asked.signal) }
  try {
    return await exchangeAs<T>(token, method, path, own)
  } catch (problem) {
    if (!isTokenRefused(problem) || !(await authority.renew(token))) throw problem
    return await exchangeAs<T>(authority.token(), method, path, own)
  }
}

/** Whether a request failed for its token alone. */
export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof Problem && thrown.status === 401 && TOKEN_REFUSED.has(thrown.code)
}

/** Sends a request under a given token or none, whoever is signed in: for what begins, renews and ends a sign-in. */
export async function exchangeAs<T>(
  token: string | undefined,
  method: Method,
  path: string,
  asked: Asked = {},
): Promise<Answer<T>> {
  const answer = await deliver(requestOf(method, path, asked, token), asked)
  if (asked.signal?.aborted) throw new Problem(0, 'cancelled', '')
  if (answer === undefined) throw new Problem(0, 'offline', texts('common').offline)
  observer?.(answer)
  const good = answer.status === 304 || (answer.status >= 200 && answer.status < 300)
  if (!good) {
    const problem = problemOf(answer)
    refused?.(problem)
    throw problem
  }
  const body = answer.status === 204 || answer.status === 304 ? undefined : (answer.body as T)
  const etag = answer.headers.etag
  return { status: answer.status, body, ...(etag === undefined ? {} : { etag }) }
}

/** Sends a request until an answer comes; more than once only what may be repeated. */
async function deliver(request: RawRequest, asked: Asked): Promise<RawAnswer | undefined> {
  const repeatable = request.method === 'GET' || asked.key !== undefined
  const { signal, until = Number.POSITIVE_INFINITY } = asked
  const last = Math.min(Date.now() + PATIENCE_MS, until)
  let answer = await sendBefore(until, request, signal)
  for (const wait of repeatable ? PAUSES_MS : []) {
    const hopeless = !network.connected() || Date.now() + wait > last
    if (answer !== undefined || signal?.aborted || hopeless) break
    await pause(wait)
    answer = await sendBefore(until, request, signal)
  }
  return answer
}

/** Sends a request that nobody waits for beyond an instant; not at all when that has come. */
async function sendBefore(until: number, request: RawRequest, signal?: Signal): Promise<RawAnswer | undefined> {
  const left = until - Date.now()
  return left <= 0 ? undefined : send({ ...request, timeoutMs: Math.min(request.timeoutMs, left) }, signal)
}

function requestOf(method: Method, path: string, asked: Asked, token: string | undefined): RawRequest {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (asked.body !== undefined) headers['Content-Type'] = 'application/json'
  if (token !== undefined) headers.Authorization = `Bearer ${token}`
  if (asked.key !== undefined) headers['Idempotency-Key'] = asked.key
  if (asked.etag !== undefined) headers['If-None-Match'] = asked.etag
  const request: RawRequest = { method, path: place(path, asked.params, asked.query), headers, timeoutMs: TIMEOUT_MS }
  if (asked.body !== undefined) request.body = JSON.stringify(asked.body)
  return request
}

/** Puts parameters into a path. */
function place(path: string, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, unknown>
  const placed = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? placed : `${placed}?${pairs.join('&')}`
}
