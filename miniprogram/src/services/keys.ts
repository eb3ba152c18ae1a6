import { Problem } from '../api/errors'
import { uuidOf } from '../domain/uuid'
import { randomBytes } from '../platform/random'

/** A new Idempotency-Key. */
export async function newKey(): Promise<string> {
  return uuidOf(await randomBytes(16))
}

const UNDECIDED = 500

/** Whether the request may have been done all the same. */
function undecided(thrown: unknown): boolean {
  return thrown instanceof Problem && (thrown.status === 0 || thrown.status >= UNDECIDED)
}

interface Kept {
  given: string
  key: string
  body: unknown
}

const kept = new Map<string, Kept>()

/**
 * Runs a request under a key. When its outcome stays unknown and the user sends the very same thing again, it goes out
 * under the same key, so that it is done once.
 */
export function keyed<B, T>(act: string, body: B, run: (key: string, body: B) => Promise<T>): Promise<T> {
  return keyedAs(act, body, async () => body, run)
}

/** The same for a body that holds more than the user gave, as a fresh login code: a repeat goes out with the old one. */
export async function keyedAs<B, T>(
  act: string,
  given: unknown,
  complete: () => Promise<B>,
  run: (key: string, body: B) => Promise<T>,
): Promise<T> {
  const text = JSON.stringify(given)
  const last = kept.get(act)
  const sent = last?.given === text ? last : { given: text, key: await newKey(), body: await complete() }
  kept.set(act, sent)
  try {
    const result = await run(sent.key, sent.body as B)
    kept.delete(act)
    return result
  } catch (thrown) {
    if (!undecided(thrown)) kept.delete(act)
    throw thrown
  }
}
