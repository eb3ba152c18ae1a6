import { asProblem } from '../../../api/errors'
import { dateMinute } from '../../../domain/format'
import { texts } from '../../../i18n/index'
import { pulled, title, toast } from '../../../platform/ui'
import { type Notice, notice } from '../../../services/notice'
import { siteOf, zoneNow } from '../../../services/places'
import { settings } from '../../../services/settings'

/** A notice as it is shown. */
interface Shown {
  id: string
  title: string
  body: string
  at: string
}

function shown({ id, title, body, at, siteId }: Notice): Shown {
  return { id, title, body, at: dateMinute(at, siteId ? zoneNow(siteId) : undefined) }
}

/** Loads the sites of the notices. */
async function meetSites(notices: Notice[]): Promise<void> {
  await Promise.all([...new Set(notices.map(({ siteId }) => siteId ?? ''))].map((id) => id && siteOf(id)))
}

/** 通知: events of the user's cards and account, newest first. Opening the page marks them as read. */
Page({
  data: {
    t: texts('account'),
    look: '',
    items: [] as Shown[],
    next: '',
    loaded: false,
    problem: '',
  },

  /** Incremented when the list is reloaded. */
  loads: 0,

  onLoad() {
    this.show(notice.cached())
  },

  onShow() {
    const t = texts('account')
    title(t.noticesTitle)
    this.setData({ t, look: settings.look() })
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    pulled()
  },

  async onReachBottom() {
    const { next } = this.data
    const { loads } = this
    if (next === '') return
    this.setData({ next: '' })
    try {
      const page = await notice.list(next)
      await meetSites(page.items)
      if (loads !== this.loads) return
      this.setData({ items: [...this.data.items, ...page.items.map(shown)], next: page.nextCursor ?? '' })
    } catch (thrown) {
      if (loads === this.loads) this.setData({ next })
      toast(asProblem(thrown).message)
    }
  },

  onRetry() {
    void this.load()
  },

  /** The newest ones. */
  async load() {
    try {
      const page = await notice.list()
      await meetSites(page.items)
      this.loads += 1
      this.show(page.items)
      this.setData({ next: page.nextCursor ?? '', loaded: true, problem: '' })
    } catch (thrown) {
      const problem = asProblem(thrown)
      const known = problem.offline && this.data.items.length > 0
      this.setData({ problem: known ? this.data.t.noticesOffline : problem.message })
    }
  },

  show(notices: Notice[]) {
    this.setData({ items: notices.map(shown) })
    notice.markRead()
  },
})
