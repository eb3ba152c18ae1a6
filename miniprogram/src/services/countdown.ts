import { slot } from '../platform/storage'

/** The end of each wait, by the phone's clock, and its length. */
type Waits = Record<string, { until: number; seconds: number }>

const stored = slot<Waits>('device', 'waits', 1)

/** The wait before another code may be requested when the server did not give one, seconds. */
export const RESEND_SECONDS = 60

/**
 * Waits that survive leaving the page and the app: 「60 秒后重发」. Names say what is waited for (`login`, `register`,
 * `bind`), never the recipient of the code.
 */
export const countdown = {
  /** Begins a wait. */
  start(name: string, seconds: number = RESEND_SECONDS): void {
    const now = Date.now()
    const waits: Waits = {}
    for (const [other, wait] of Object.entries(stored.get() ?? {})) if (wait.until > now) waits[other] = wait
    waits[name] = { until: now + seconds * 1000, seconds }
    stored.set(waits)
  },

  /** Whole seconds left; 0 for none. Setting the clock back does not lengthen a wait. */
  left(name: string): number {
    const wait = stored.get()?.[name]
    if (wait === undefined) return 0
    return Math.max(0, Math.min(wait.seconds, Math.ceil((wait.until - Date.now()) / 1000)))
  },

  /** Ends a wait. */
  stop(name: string): void {
    const waits = stored.get()
    if (waits === undefined || !(name in waits)) return
    delete waits[name]
    stored.set(waits)
  },
}
