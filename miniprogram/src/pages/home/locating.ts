import { texts } from '../../i18n/index'
import { locate, locationConsent } from '../../platform/location'
import { slot } from '../../platform/storage'
import { ask } from '../../platform/ui'

const asked = slot<boolean>('device', 'location-asked', 1)

/** Before the first opening without a reader: says what the location is for, once, and lets WeChat ask. */
export async function offerLocation(): Promise<void> {
  if (asked.get() || (await locationConsent()) !== 'unasked') return
  asked.set(true)
  const t = texts('home')
  const yes = await ask({ title: t.locationTitle, text: t.locationText, yes: t.locationYes, no: t.locationNo })
  if (yes) await locate()
}
