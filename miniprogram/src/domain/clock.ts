/**
 * An estimate of the server's clock. Phones may be minutes off, codes are valid for seconds. Pure: the phone's time
 * is an argument.
 */

/** The server's clock minus the phone's, and its uncertainty, milliseconds. */
export interface ClockOffset {
  ms: number
  /** The offset may be wrong by this much in either direction. */
  error: number
}

/** A time reading from an answer, milliseconds since 1970. */
export interface ClockReading {
  /** The server's clock when it answered. */
  server: number
  /** The server's clock may be ahead of the reading by this much: `Date` headers have no fraction of a second. */
  coarse?: number
  /** The phone's clock at sending and receiving. */
  sentAt: number
  receivedAt: number
}

/** The offset by one reading. */
export function offsetOf({ server, coarse = 0, sentAt, receivedAt }: ClockReading): ClockOffset {
  const trip = Math.max(0, receivedAt - sentAt)
  return { ms: server + coarse / 2 - (sentAt + trip / 2), error: (trip + coarse) / 2 }
}

/**
 * The better of two offsets: the more precise one, or the newer one if the two contradict
 * each other because the phone's clock was set.
 */
export function betterOffset(known: ClockOffset | undefined, reading: ClockOffset): ClockOffset {
  if (known === undefined || reading.error <= known.error) return reading
  const agree = Math.abs(known.ms - reading.ms) <= known.error + reading.error
  return agree ? known : reading
}
