import { slot } from '../platform/storage'

/** Until when each wait lasts, by the phone's clock, and how long it was. */
type Waits = Record<string, { until: number; seconds: number }>

const stored = slot<Waits>('device', 'waits', 1)

/** The seconds before another code may be asked for when the server did not say. */
export const RESEND_SECONDS = 60

/**
 * Waits that survive leaving the page and the app: 「60 秒后重发」. Names say what is waited for (`login`, `register`,
 * `bind`), never to whom the code went.
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

  /** Whole seconds left; 0 when there is nothing to wait for. A clock that was set back makes no wait longer. */
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
