import { type Site, site } from './site'

/** The loaded sites of cards and notices. */
const known = new Map<string, Site>()

/** A site's name, if loaded. */
export function siteNameNow(id: string): string {
  const current = site.current()
  if (current?.id === id) return current.name
  return known.get(id)?.name ?? site.cached().find((one) => one.id === id)?.name ?? ''
}

/** A site's time zone, if loaded. */
export function zoneNow(id: string): string | undefined {
  const current = site.current()
  return current?.id === id ? current.timeZone : known.get(id)?.timeZone
}

/** A site's details; undefined if they cannot be fetched. */
export async function siteOf(id: string): Promise<Site | undefined> {
  const found = known.get(id) ?? (await site.info(id).catch(() => undefined))
  if (found !== undefined) known.set(id, found)
  return found
}
