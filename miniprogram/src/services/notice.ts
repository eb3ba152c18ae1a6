import { call, type Schema } from '../api/client'
import { emitter, type Unsubscribe } from '../domain/events'
import { slot } from '../platform/storage'
import { session } from './session'

export type Notice = Schema<'Notice'>

/** A page of the inbox. */
export interface NoticePage {
  items: Notice[]
  /** Undefined on the last page. */
  nextCursor?: string
}

const listed = slot<Notice[]>('account', 'notices', 1, Array.isArray)
/** The newest one when the inbox was last looked at. */
const seen = slot<string>('account', 'notice-seen', 1)
const changed = emitter<void>()
/** When the inbox was last fetched, by the phone's clock. */
let askedAt = 0

session.onWiped(() => {
  askedAt = 0
})

function unread(): Notice[] {
  const all = notice.cached()
  const until = all.findIndex(({ id }) => id === seen.get())
  return until < 0 ? all : all.slice(0, until)
}

/** Notices about the user's cards and account (通知). */
export const notice = {
  /** The newest notices as last fetched, synchronously and offline. */
  cached(): Notice[] {
    return listed.get() ?? []
  },

  /** A page of notices, newest first. */
  async list(cursor?: string): Promise<NoticePage> {
    const page = await call('GET', '/v1/notices', { query: cursor ? { cursor } : {} })
    if (!cursor) {
      const before = JSON.stringify(listed.get())
      listed.set(page.items)
      if (before !== JSON.stringify(page.items)) changed.emit()
    }
    return { items: page.items, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
  },

  /** Fetches the newest notices, unless that was less than so many milliseconds ago. Never fails. */
  async look(age: number): Promise<void> {
    const passed = Date.now() - askedAt
    if (passed >= 0 && passed < age) return
    askedAt = Date.now()
    await notice.list().catch(() => undefined)
  },

  /** The newest notice, if unread. */
  news(): Notice | undefined {
    return unread()[0]
  },

  /** The unread notice that a card of this site was lost, if it was the site's last card. */
  gone(siteId: string): Notice | undefined {
    const last = unread().find((one) => one.siteId === siteId && one.topic.startsWith('card.'))
    return last?.topic === 'card.unbound' ? last : undefined
  },

  /** Marks the inbox as read. */
  markRead(): void {
    const newest = notice.cached()[0]
    if (newest === undefined || seen.get() === newest.id) return
    seen.set(newest.id)
    changed.emit()
  },

  /** Called when the notices change or were read. */
  subscribe(listener: () => void): Unsubscribe {
    return changed.on(listener)
  },
}
