import { texts } from '../../i18n/index'
import { locate, locationConsent } from '../../platform/location'
import { slot } from '../../platform/storage'
import { within } from '../../platform/timers'
import { ask } from '../../platform/ui'

const asked = slot<boolean>('device', 'location-asked', 1)

/** A permission answer after this time no longer opens the door, ms. */
const PATIENCE_MS = 20_000

/**
 * Before the first unlock request: explains once what the location is for, and lets WeChat ask. Resolves to
 * whether there was an answer in time.
 */
export function offerLocation(): Promise<boolean> {
  return within(
    PATIENCE_MS,
    offer().then(() => true),
    false,
  )
}

async function offer(): Promise<void> {
  if (asked.get() || (await locationConsent()) !== 'unasked') return
  asked.set(true)
  const t = texts('home')
  const yes = await ask({ title: t.locationTitle, text: t.locationText, yes: t.locationYes, no: t.locationNo })
  if (yes) await locate()
}
