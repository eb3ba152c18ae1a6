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
  /** Parts of name or address, pinyin, or initials. */
  q?: string
  /** The user's position, GCJ-02. */
  position?: Position
  /** `nextCursor` of the previous page, with the same `q` and `position`. */
  cursor?: string
  signal?: Signal
}

/** A page of the list, in the server's order: `group` is mine, recent, near or all. */
export interface SitePage {
  items: ListedSite[]
  /** Undefined on the last page. */
  nextCursor?: string
  /** From storage, because the network is away. */
  cached: boolean
}

interface StoredList {
  items: ListedSite[]
  nextCursor?: string
  etag?: string
}

const PAGE = 30
const chosen = slot<Site>('account', 'site', 1, (site) => Boolean(site.id))
const listed = slot<StoredList>('account', 'sites', 1, (list) => Array.isArray(list.items))
const changed = emitter<Site | undefined>()
let current: Site | undefined
let read = false
/** Incremented with every choice, to ignore answers to requests sent before it. */
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

/** The sites (场区) and the current one. */
export const site = {
  /** The current site as last known, synchronously and offline; undefined before one was chosen. */
  current(): Site | undefined {
    if (!read) {
      current = chosen.get()
      read = true
    }
    return current
  },

  /** Fetches the current site, which another phone may have changed. Undefined if none was chosen. */
  async refresh(): Promise<Site | undefined> {
    const before = choices
    const fetched = await call('GET', '/v1/me/site').catch((problem: unknown) => {
      if (problem instanceof Problem && problem.status === 404) return undefined
      throw problem
    })
    // A site that was chosen in the meantime is kept.
    if (choices === before) choose(fetched)
    return current
  },

  /** Sets the current site of the account. */
  async choose(siteId: string): Promise<Site> {
    const found = await call('PUT', '/v1/me/site', { body: { siteId } })
    choose(found)
    return found
  },

  /** Called when the current site changes. */
  subscribe(listener: (site: Site | undefined) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** A page of the list. The first page of the unfiltered list is stored for offline use. */
  async list({ q, position: known, cursor, signal }: SiteSearch = {}): Promise<SitePage> {
    // The position is not sent while a consent is withdrawn.
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

  /** The first page of the list as last fetched, synchronously; empty before the first fetch. */
  cached(): ListedSite[] {
    return listed.get()?.items ?? []
  },

  /** A site in full. */
  info(id: string): Promise<Site> {
    return call('GET', '/v1/sites/{id}', { params: { id } })
  },
}
