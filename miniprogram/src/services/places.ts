import { type Site, site } from './site'

/** What is known of the sites of cards and notices. */
const known = new Map<string, Site>()

/** A site's name as far as the phone knows it. */
export function siteNameNow(id: string): string {
  const current = site.current()
  if (current?.id === id) return current.name
  return known.get(id)?.name ?? site.cached().find((one) => one.id === id)?.name ?? ''
}

/** A site's time zone as far as the phone knows it. */
export function zoneNow(id: string): string | undefined {
  const current = site.current()
  return current?.id === id ? current.timeZone : known.get(id)?.timeZone
}

/** A site in full; nothing when it cannot be had now. */
export async function siteOf(id: string): Promise<Site | undefined> {
  const found = known.get(id) ?? (await site.info(id).catch(() => undefined))
  if (found !== undefined) known.set(id, found)
  return found
}
