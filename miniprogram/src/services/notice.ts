import { call, type Schema } from '../api/client'
import { emitter, type Unsubscribe } from '../domain/events'
import { slot } from '../platform/storage'
import { session } from './session'

export type Notice = Schema<'Notice'>

/** A part of the inbox. */
export interface NoticePage {
  items: Notice[]
  /** Nothing at the end. */
  nextCursor?: string
}

const listed = slot<Notice[]>('account', 'notices', 1, Array.isArray)
/** The newest one when the inbox was last looked at. */
const seen = slot<string>('account', 'notice-seen', 1)
const changed = emitter<void>()
/** When they were last asked for, by the phone's clock. */
let askedAt = 0

session.onWiped(() => {
  askedAt = 0
})

function unread(): Notice[] {
  const all = notice.cached()
  const until = all.findIndex(({ id }) => id === seen.get())
  return until < 0 ? all : all.slice(0, until)
}

/** What happened to one's cards and account (通知). */
export const notice = {
  /** The newest ones as last seen, at once and offline. */
  cached(): Notice[] {
    return listed.get() ?? []
  },

  /** A part of them, newest first. */
  async list(cursor?: string): Promise<NoticePage> {
    const page = await call('GET', '/v1/notices', { query: cursor ? { cursor } : {} })
    if (!cursor) {
      const before = JSON.stringify(listed.get())
      listed.set(page.items)
      if (before !== JSON.stringify(page.items)) changed.emit()
    }
    return { items: page.items, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
  },

  /** Asks for the newest ones, unless that was less than so many milliseconds ago. Never fails. */
  async look(age: number): Promise<void> {
    const passed = Date.now() - askedAt
    if (passed >= 0 && passed < age) return
    askedAt = Date.now()
    await notice.list().catch(() => undefined)
  },

  /** The newest one, when it was not read. */
  news(): Notice | undefined {
    return unread()[0]
  },

  /** What says that a card of this site went away, when that is the last of its cards and was not read. */
  gone(siteId: string): Notice | undefined {
    const last = unread().find((one) => one.siteId === siteId && one.topic.startsWith('card.'))
    return last?.topic === 'card.unbound' ? last : undefined
  },

  /** The inbox was looked at. */
  markRead(): void {
    const newest = notice.cached()[0]
    if (newest === undefined || seen.get() === newest.id) return
    seen.set(newest.id)
    changed.emit()
  },

  /** Is told when there are others, or they were read. */
  subscribe(listener: () => void): Unsubscribe {
    return changed.on(listener)
  },
}
