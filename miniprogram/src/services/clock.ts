import { observe } from '../api/exchange'
import { betterOffset, type ClockOffset, type ClockReading, offsetOf } from '../domain/clock'
import { slot } from '../platform/storage'

const stored = slot<ClockOffset>('device', 'clock', 1, ({ ms, error }) => Number.isFinite(ms) && Number.isFinite(error))
/** `Date` headers have whole seconds. */
const HEADER_COARSE_MS = 1_000
/** Smaller corrections are not stored. */
const WORTH_KEEPING_MS = 250

let known: ClockOffset | undefined
let kept: number | undefined
let read = false

function offset(): ClockOffset | undefined {
  if (!read) {
    read = true
    known = stored.get()
    kept = known?.ms
  }
  return known
}

function learn(reading: ClockReading): void {
  const better = betterOffset(offset(), offsetOf(reading))
  known = better
  if (kept !== undefined && Math.abs(kept - better.ms) < WORTH_KEEPING_MS) return
  kept = better.ms
  stored.set(better)
}

observe(({ headers, sentAt, receivedAt }) => {
  const server = Date.parse(headers.date ?? '')
  if (Number.isFinite(server)) learn({ server, coarse: HEADER_COARSE_MS, sentAt, receivedAt })
})

/** An estimate of the server's clock, updated by every answer and stored for offline use. */
export const clock = {
  /** Now, milliseconds since 1970. The phone's own time until a server has answered. */
  now(): number {
    return Date.now() + (offset()?.ms ?? 0)
  },

  /** Updates the estimate from an answer with a time in milliseconds. */
  learn,
}
