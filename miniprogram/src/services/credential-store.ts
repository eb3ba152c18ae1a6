import type { Schema } from '../api/client'
import { fromBase64Url } from '../domain/bytes'
import { slot } from '../platform/storage'
import { session } from './session'

export type Credential = Schema<'Credential'>

/** The credentials of a site as the phone keeps them. */
export interface SiteCredentials {
  siteId: string
  /** Seconds a code is shown. */
  step: number
  credentials: Credential[]
  /** By the server's clock, milliseconds. */
  fetchedAt: number
}

const MAX_SITES = 20
const stored = slot<SiteCredentials[]>('account', 'credentials', 1, Array.isArray)

let kept: SiteCredentials[] | undefined

session.onWiped(() => {
  kept = []
})

/** The credentials on the phone, of the last twenty sites. Nothing logs the keys. */
export const credentialStore = {
  /** Latest first. */
  all(): SiteCredentials[] {
    kept ??= stored.get() ?? []
    return kept
  },

  of(siteId: string): SiteCredentials | undefined {
    return credentialStore.all().find((one) => one.siteId === siteId)
  },

  save(next: SiteCredentials): void {
    const others = credentialStore.all().filter((one) => one.siteId !== next.siteId)
    kept = [next, ...others].slice(0, MAX_SITES)
    stored.set(kept)
  },

  clear(): void {
    kept = []
    stored.remove()
  },
}

/** The key of a UTC day, if the phone has it. */
export function keyOf({ keys }: Credential, day: number): Uint8Array | undefined {
  const found = keys.find((key) => key.day === day)
  return found && fromBase64Url(found.key)
}
