import { sha256 } from '@noble/hashes/sha2.js'
import { Problem } from '../api/errors'
import { utf8 } from '../domain/bytes'
import { uuidOf } from '../domain/uuid'
import { randomBytes } from '../platform/random'

/** A new Idempotency-Key. */
export async function newKey(): Promise<string> {
  return uuidOf(await randomBytes(16))
}

const UNDECIDED = 500
/** A repeat after this time counts as a new request, ms. */
const KEPT_MS = 120_000

/** Code of the answer while another request under the same key is being processed. */
export const UNDER_WAY = 'unlock-in-progress'

/** Whether the server may have processed the request although it failed here. */
export function isUndecided(thrown: unknown): boolean {
  if (!(thrown instanceof Problem) || thrown.cancelled) return false
  return thrown.status === 0 || thrown.status >= UNDECIDED || thrown.code === UNDER_WAY
}

interface StoredKey {
  key: string
  /** Digest of the user's input, salted with the key. */
  print: string
  /** Values added to the input, such as a login code. */
  more: unknown
  /** By the phone's clock. */
  until: number
}

const kept = new Map<string, StoredKey>()

function printOf(key: string, given: unknown): string {
  return sha256(utf8(`${key} ${JSON.stringify(given)}`)).join()
}

/** Drops all keys when another account signs in. */
export function forgetKeys(): void {
  kept.clear()
}

/**
 * Runs a request under a new idempotency key. If its outcome is unknown and the user sends the same input again soon,
 * it is sent under the same key, so that it takes effect once.
 */
export function keyed<T>(
  act: string,
  given: unknown,
  run: (key: string) => Promise<T>,
  keptMs: number = KEPT_MS,
): Promise<T> {
  return keyedWith(act, given, async () => undefined, run, keptMs)
}

/** Like `keyed`, for a request with added values such as a login code: a repeat reuses them. */
export async function keyedWith<M, T>(
  act: string,
  given: unknown,
  add: () => Promise<M>,
  run: (key: string, more: M) => Promise<T>,
  keptMs: number = KEPT_MS,
): Promise<T> {
  const last = kept.get(act)
  const isRepeat = last !== undefined && Date.now() < last.until && last.print === printOf(last.key, given)
  const sent = isRepeat ? last : await begin(given, add)
  const keep = (): void => {
    sent.until = Date.now() + keptMs
    kept.set(act, sent)
  }
  keep()
  try {
    const result = await run(sent.key, sent.more as M)
    kept.delete(act)
    return result
  } catch (thrown) {
    if (isUndecided(thrown)) keep()
    else kept.delete(act)
    throw thrown
  }
}

async function begin(given: unknown, add: () => Promise<unknown>): Promise<StoredKey> {
  const key = await newKey()
  return { key, print: printOf(key, given), more: await add(), until: 0 }
}
