import { fromBase64Url } from '../domain/bytes'
import { dayOf, mint, STEP, stepStart } from '../domain/token'
import { slot } from '../platform/storage'
import { clock } from './clock'
import { consent } from './consent'
import { credentialStore, keyOf } from './credential-store'
import { session } from './session'

/** A code to show. */
export interface ShownCode {
  /** 75 or 99 digits. */
  text: string
  /** Seconds a code is shown. */
  step: number
  /** When the next must be shown, by the server's clock (`clock.now()`), milliseconds. */
  nextChange: number
}

/** The number of the last code of a step, stored so that no code is shown twice, even after a restart. */
interface Count {
  start: number
  n: number
}

const counted = slot<Count>('account', 'code', 1, ({ start, n }) => Number.isInteger(start) && Number.isInteger(n))

let count: Count | undefined

session.onWiped(() => {
  count = undefined
})

function countOf(start: number): Count {
  count ??= counted.get()
  if (count?.start !== start) count = { start, n: 0 }
  return count
}

/**
 * The codes shown at doors, made on the phone. It keeps the keys of today and tomorrow, so that codes can be made
 * without a network for 24 to 48 hours.
 */
export const doorCode = {
  /** Makes the code of an instant (server's clock, milliseconds). Undefined without a key for that day. */
  mint(now: number, bindingId: string, n: number): string | undefined {
    if (consent.withdrawn()) return undefined
    for (const { siteId, step, credentials } of credentialStore.all()) {
      const one = credentials.find(({ id }) => id === bindingId)
      if (one === undefined) continue
      const at = now / 1000
      const key = keyOf(one, dayOf(stepStart(at, step)))
      const handle = fromBase64Url(one.handle)
      const grant = one.grant ? fromBase64Url(one.grant) : undefined
      if (one.state !== 'active' || !key || !handle) return undefined
      return mint({ key, siteId, handle, at, n, step, ...(grant && { grant }) })
    }
    return undefined
  },

  /** The code to show now. Undefined for a card that is refused or whose keys are too old. */
  current(bindingId: string): ShownCode | undefined {
    const now = clock.now()
    const site = credentialStore.all().find(({ credentials }) => credentials.some(({ id }) => id === bindingId))
    const step = site?.step ?? STEP
    const start = stepStart(now / 1000, step)
    const text = doorCode.mint(now, bindingId, countOf(start).n)
    return text === undefined ? undefined : { text, step, nextChange: (start + step) * 1000 }
  },

  /**
   * Makes `current` return a new code within the same step: after a use, a screenshot, and in onShow. Each code is valid
   * once, and a picture of it must become invalid.
   */
  renew(): void {
    const start = stepStart(clock.now() / 1000, credentialStore.all()[0]?.step ?? STEP)
    const { n } = countOf(start)
    count = { start, n: (n + 1) & 0xff }
    counted.set(count)
  },
}
