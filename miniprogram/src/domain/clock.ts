/**
 * The server's clock, guessed from the phone's. Phones are minutes off; codes are good for seconds. Pure: it is told the
 * phone's time and asks nobody.
 */

/** How far the server is ahead of the phone, and how well that is known, milliseconds. */
export interface ClockOffset {
  ms: number
  /** The offset may be wrong by this much either way. */
  error: number
}

/** What an answer says of the time, milliseconds since 1970. */
export interface ClockReading {
  /** The server's clock when it answered. */
  server: number
  /** The server's clock may show this much less than it is: `Date` headers drop the fraction of a second. */
  coarse?: number
  /** The phone's clock when the request left and when the answer came. */
  sentAt: number
  receivedAt: number
}

/** The offset one answer tells. */
export function offsetOf({ server, coarse = 0, sentAt, receivedAt }: ClockReading): ClockOffset {
  const trip = Math.max(0, receivedAt - sentAt)
  return { ms: server + coarse / 2 - (sentAt + trip / 2), error: (trip + coarse) / 2 }
}

/**
 * The better of what was known and what an answer says: the sharper reading, or the newer one where the two contradict
 * each other because somebody set the phone's clock.
 */
export function betterOffset(known: ClockOffset | undefined, told: ClockOffset): ClockOffset {
  if (known === undefined || told.error <= known.error) return told
  const agree = Math.abs(known.ms - told.ms) <= known.error + told.error
  return agree ? known : told
}
