import { ask, call, type Schema, type Signal } from '../api/client'
import { Problem } from '../api/errors'
import { emitter, type Unsubscribe } from '../domain/events'
import { slot } from '../platform/storage'
import { consent } from './consent'
import { session } from './session'

export type Site = Schema<'Site'>
export type ListedSite = Schema<'ListedSite'>
export type Position = Schema<'Position'>

/** What to list. */
export interface SiteSearch {
  /** Words of name or address, pinyin, or initials. */
  q?: string
  /** Where one stands, GCJ-02. */
  position?: Position
  /** `nextCursor` of the part before, with the same `q` and `position`. */
  cursor?: string
  signal?: Signal
}

/** A part of the list, in the server's order: `group` says mine, recent, near, all. */
export interface SitePage {
  items: ListedSite[]
  /** Nothing at the end. */
  nextCursor?: string
  /** From the phone, because the network is away. */
  cached: boolean
}

interface Kept {
  items: ListedSite[]
  nextCursor?: string
  etag?: string
}

const PAGE = 30
const chosen = slot<Site>('account', 'site', 1, (site) => Boolean(site.id))
const listed = slot<Kept>('account', 'sites', 1, (list) => Array.isArray(list.items))
const changed = emitter<Site | undefined>()
let current: Site | undefined
let read = false
/** Goes up with every choice: what was asked before it says nothing of it. */
let choices = 0

session.onWiped(() => {
  current = undefined
  read = true
  choices += 1
  changed.emit(undefined)
})

function choose(site: Site | undefined): void {
  const before = JSON.stringify(current)
  choices += 1
  current = site
  read = true
  if (site === undefined) chosen.remove()
  else chosen.set(site)
  if (before !== JSON.stringify(site)) changed.emit(site)
}

function pageOf({ items, nextCursor }: { items: ListedSite[]; nextCursor?: string | null }, cached: boolean): SitePage {
  return { items, cached, ...(nextCursor ? { nextCursor } : {}) }
}

/** The sites (场区) and the one the user is at. */
export const site = {
  /** The current site as last known, at once and offline; nothing before one was chosen. */
  current(): Site | undefined {
    if (!read) {
      current = chosen.get()
      read = true
    }
    return current
  },

  /** Asks the server for the current site: another phone may have changed it. Nothing when none was chosen. */
  async refresh(): Promise<Site | undefined> {
    const before = choices
    const told = await call('GET', '/v1/me/site').catch((problem: unknown) => {
      if (problem instanceof Problem && problem.status === 404) return undefined
      throw problem
    })
    // A site that was chosen meanwhile stays.
    if (choices === before) choose(told)
    return current
  },

  /** Makes a site the current one, remembered for the account. */
  async choose(siteId: string): Promise<Site> {
    const found = await call('PUT', '/v1/me/site', { body: { siteId } })
    choose(found)
    return found
  },

  /** Is told when the current site changes. */
  subscribe(listener: (site: Site | undefined) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** A part of the list. The beginning of the whole list is kept for when the network is away. */
  async list({ q, position: known, cursor, signal }: SiteSearch = {}): Promise<SitePage> {
    // Where somebody is is not sent while a consent is withdrawn.
    const position = consent.withdrawn() ? undefined : known
    const whole = !q && !position && !cursor
    const kept = whole ? listed.get() : undefined
    const query = { limit: PAGE, ...(q && { q }), ...(cursor && { cursor }), ...position }
    try {
      const answer = await ask('GET', '/v1/sites', {
        query,
        ...(signal && { signal }),
        ...(kept?.etag && { etag: kept.etag }),
      })
      if (answer.body === undefined) return kept ? pageOf(kept, false) : { items: [], cached: false }
      const page = pageOf(answer.body, false)
      if (whole) {
        const { items, nextCursor } = page
        listed.set({ items, ...(nextCursor && { nextCursor }), ...(answer.etag && { etag: answer.etag }) })
      }
      return page
    } catch (problem) {
      if (kept && problem instanceof Problem && problem.offline) return pageOf({ items: kept.items }, true)
      throw problem
    }
  },

  /** The beginning of the list as last seen, at once; empty when never seen. */
  cached(): ListedSite[] {
    return listed.get()?.items ?? []
  },

  /** A site in full. */
  info(id: string): Promise<Site> {
    return call('GET', '/v1/sites/{id}', { params: { id } })
  },
}
