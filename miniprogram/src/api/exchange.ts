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
  /** Undefined for 204 and 304. */
  body: T | undefined
  etag?: string
}

/** The options of a request; `api/client.ts` adds types. */
export interface RequestOptions {
  params?: unknown
  query?: unknown
  body?: unknown
  key?: string
  etag?: string
  signal?: Signal
  until?: number
}

/** Provides access tokens; implemented by the session. */
export interface TokenProvider {
  /** The access token, if signed in. */
  token(): string | undefined
  /** Aborted when the sign-in ends. */
  signIn(): Signal
  /**
   * Replaces a refused token of the same sign-in. Resolves to whether it succeeded; fails with a `Problem`
   * if the server could not be reached.
   */
  renew(refused: string): Promise<boolean>
}

/** Called with every answer. */
export type Observer = (answer: RawAnswer) => void

/** Called with every error answer. */
type Listener = (problem: Problem) => void

const TIMEOUT_MS = 8_000
const PAUSES_MS = [400, 1_000, 2_000]
/** No attempt starts later than this after the first. */
const PATIENCE_MS = 12_000
/** Codes of 401 answers about the token. Other 401s are about a password or a WeChat code. */
const TOKEN_REFUSED = new Set([
  'not-signed-in',
  'session-ended',
  'token-expired',
  'token-foreign',
  'token-key-retired',
  'token-refused',
])

let tokenProvider: TokenProvider | undefined
let observer: Observer | undefined
let refused: Listener | undefined

/** Sets the provider of access tokens. */
export function setTokenProvider(by: TokenProvider): void {
  tokenProvider = by
}

/** Sets the observer of answers, which updates the clock. */
export function observe(by: Observer): void {
  observer = by
}

/** Sets the listener for error answers. */
export function onRefused(by: Listener): void {
  refused = by
}

/**
 * Sends a request, renewing the token once if it is refused. The request is `cancelled` when
 * its sign-in ends: it is neither repeated nor answered under the next one.
 */
export async function exchange<T>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const token = tokenProvider?.token()
  if (token === undefined || tokenProvider === undefined) return exchangeAs<T>(undefined, method, path, options)
  const own = { ...options, signal: either(tokenProvider.signIn(), options.signal) }
  try {
    return await exchangeAs<T>(token, method, path, own)
  } catch (problem) {
    if (!isTokenRefused(problem) || !(await tokenProvider.renew(token))) throw problem
    return await exchangeAs<T>(tokenProvider.token(), method, path, own)
  }
}

/** Whether a request failed because of its token. */
export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof Problem && thrown.status === 401 && TOKEN_REFUSED.has(thrown.code)
}

/** Sends a request with a given token or none, for requests that begin, renew or end a sign-in. */
export async function exchangeAs<T>(
  token: string | undefined,
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<T>> {
  const answer = await deliver(requestOf(method, path, options, token), options)
  if (options.signal?.aborted) throw new Problem(0, 'cancelled', '')
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

/** Sends a request until an answer comes; only GET and requests with an idempotency key are repeated. */
async function deliver(request: RawRequest, options: RequestOptions): Promise<RawAnswer | undefined> {
  const repeatable = request.method === 'GET' || options.key !== undefined
  const { signal, until = Number.POSITIVE_INFINITY } = options
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

/** Sends a request with a deadline; not at all if it has passed. */
async function sendBefore(until: number, request: RawRequest, signal?: Signal): Promise<RawAnswer | undefined> {
  const left = until - Date.now()
  return left <= 0 ? undefined : send({ ...request, timeoutMs: Math.min(request.timeoutMs, left) }, signal)
}

function requestOf(method: Method, path: string, options: RequestOptions, token: string | undefined): RawRequest {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (token !== undefined) headers.Authorization = `Bearer ${token}`
  if (options.key !== undefined) headers['Idempotency-Key'] = options.key
  if (options.etag !== undefined) headers['If-None-Match'] = options.etag
  const request: RawRequest = {
    method,
    path: place(path, options.params, options.query),
    headers,
    timeoutMs: TIMEOUT_MS,
  }
  if (options.body !== undefined) request.body = JSON.stringify(options.body)
  return request
}

/** Fills parameters and query into a path. */
function place(path: string, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, unknown>
  const placed = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? placed : `${placed}?${pairs.join('&')}`
}
