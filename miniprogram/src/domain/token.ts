/**
 * The rotating door code KM1, made on the phone. The same function as `crates/kernel/src/km1.rs`, tested with the same
 * `vectors/token.json`.
 *
 * Bytes, big-endian: version 4 bits = 1, kind 2, algorithm 2 · epoch 1 · handle 8 · t 4 · n 1 · (visitor: grant 10) ·
 * tag 16; shown as a decimal number of fixed width. No BigInt: older phones lack it.
 */

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigEndian, fromHex } from './bytes'

/** Seconds one code is shown before the next, unless the server says otherwise. */
export const STEP = 15

const DAY_SECONDS = 86_400
const FIRST_DAY = 18_262 // 2020-01-01
const VERSION = 1
const HANDLE_BYTES = 8
const GRANT_BYTES = 10
const KEY_BYTES = 32
const TAG_BYTES = 16
const DIGITS = { member: 75, visitor: 99 }
const PREFIX = [0x4b, 0x4d, 0x31] // "KM1"

/** The UTC day of an instant in seconds since 1970, as `keys` of credentials count it. */
export function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS)
}

/** The start of the step that contains an instant, seconds since 1970. */
export function stepStart(seconds: number, step: number = STEP): number {
  return Math.floor(seconds / step) * step
}

/** The parts of a code. */
export interface Minting {
  /** The credential's key of the UTC day of `at`, 32 bytes. */
  key: Uint8Array
  siteId: string
  /** Handle of the credential, 8 bytes. */
  handle: Uint8Array
  /** Seconds since 1970 by the server's clock; the code is that of the step it is in. */
  at: number
  /** Number of the code within its step, 0–255. */
  n: number
  /** A visitor's grant, 10 bytes. */
  grant?: Uint8Array
  /** Seconds of a step. */
  step?: number
}

/** Makes a code. Undefined if a part has the wrong length. */
export function mint({ key, siteId, handle, at, n, grant, step = STEP }: Minting): string | undefined {
  const site = fromHex(siteId)
  const whole = site?.length === 16 && key.length === KEY_BYTES && handle.length === HANDLE_BYTES
  if (!whole || (grant !== undefined && grant.length !== GRANT_BYTES)) return undefined
  const start = stepStart(at, step)
  const kind = grant === undefined ? 0 : 1
  const epoch = (dayOf(start) - FIRST_DAY) & 0xff
  const head = [(VERSION << 4) | (kind << 2), epoch, ...handle, ...bigEndian(start), n & 0xff, ...(grant ?? [])]
  const tag = hmac(sha256, key, Uint8Array.from([...PREFIX, ...site, ...head])).slice(0, TAG_BYTES)
  return decimal([...head, ...tag], grant === undefined ? DIGITS.member : DIGITS.visitor)
}

/** A big-endian number in so many decimal digits, by repeated division by ten thousand. */
function decimal(bytes: number[], digits: number): string {
  const BASE = 10_000
  const WIDTH = 4
  const rest = [...bytes]
  const groups: string[] = []
  for (let done = 0; done < digits; done += WIDTH) {
    let carry = 0
    for (let at = 0; at < rest.length; at++) {
      const value = carry * 256 + (rest[at] ?? 0)
      rest[at] = Math.floor(value / BASE)
      carry = value % BASE
    }
    groups.unshift(String(carry + BASE).slice(1))
  }
  return groups.join('').slice(-digits)
}
