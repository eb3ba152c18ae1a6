import { slot } from '../../platform/storage'

const MOST_SITES = 20

/** The card shown last at each site. */
const stored = slot<Record<string, string>>('account', 'shown-cards', 1)

/** The card whose code is shown at a site, stored across restarts. */
export const choice = {
  get(siteId: string): string | undefined {
    return stored.get()?.[siteId]
  },

  set(siteId: string, bindingId: string): void {
    const others = Object.entries(stored.get() ?? {}).filter(([site]) => site !== siteId)
    stored.set(Object.fromEntries([[siteId, bindingId], ...others].slice(0, MOST_SITES)))
  },
}
