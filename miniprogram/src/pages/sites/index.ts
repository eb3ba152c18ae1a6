import { asProblem } from '../../api/errors'
import { distance } from '../../domain/format'
import { texts } from '../../i18n/index'
import { canceller } from '../../platform/http'
import { locate, openPermissions } from '../../platform/location'
import { after, type Stop } from '../../platform/timers'
import { back, pulled, title, toast } from '../../platform/ui'
import { settings } from '../../services/settings'
import { type ListedSite, type Position, site } from '../../services/site'
import { appended, type Section, sectionsOf } from './sections'

const TYPING_MS = 300

interface Part {
  items: ListedSite[]
  nextCursor?: string
}

/** The list of sites (场区选择), the user's own first; choosing one goes back. */
Page({
  data: {
    t: texts('sites'),
    look: settings.look(),
    q: '',
    typingNow: false,
    /** `loading` shows placeholders, `failed` the error, `ready` the list. */
    state: 'loading' as 'loading' | 'failed' | 'ready',
    error: '',
    sections: [] as Section[],
    more: false,
    offline: false,
    current: '',
    choosing: '',
    locating: 'no' as 'no' | 'busy' | 'refused' | 'unavailable' | 'done',
  },

  position: undefined as Position | undefined,
  cursor: undefined as string | undefined,
  cancel: undefined as (() => void) | undefined,
  typing: undefined as Stop | undefined,
  appending: false,

  onLoad() {
    const t = texts('sites')
    const known = site.cached()
    this.setData({ t, look: settings.look(), current: site.current()?.id ?? '' })
    if (known.length > 0) this.setData({ state: 'ready', sections: this.cut(known) })
    title(t.title)
    void this.load()
  },

  onUnload() {
    this.cancel?.()
    this.typing?.()
  },

  async onPullDownRefresh() {
    await this.load()
    pulled()
  },

  async onReachBottom() {
    if (this.cursor === undefined || this.appending) return
    this.appending = true
    try {
      const part = await this.fetch(this.cursor)
      if (part) this.setData({ ...appended(this.data.sections, this.cut(part.items)), more: this.keepCursor(part) })
    } catch (thrown) {
      toast(asProblem(thrown).message)
    } finally {
      this.appending = false
    }
  },

  cut(items: readonly ListedSite[]): Section[] {
    const units = texts('common')
    return sectionsOf(items, (metres) => distance(metres, units))
  },

  keepCursor(part: Part): boolean {
    this.cursor = part.nextCursor
    return part.nextCursor !== undefined
  },

  /** Fetches a page with the current search; undefined if the search changed in the meantime. */
  async fetch(cursor?: string) {
    this.cancel?.()
    const { signal, cancel } = canceller()
    this.cancel = cancel
    const q = this.data.q.trim()
    const { position } = this
    try {
      const page = await site.list({
        signal,
        ...(q && { q }),
        ...(position && { position }),
        ...(cursor && { cursor }),
      })
      return signal.aborted ? undefined : page
    } catch (thrown) {
      if (signal.aborted) return undefined
      throw thrown
    }
  },

  /** Reloads the list. The old one stays visible until the new one has come. */
  async load() {
    if (this.data.sections.length === 0) this.setData({ state: 'loading' })
    try {
      const page = await this.fetch()
      if (!page) return
      this.setData({
        state: 'ready',
        sections: this.cut(page.items),
        more: this.keepCursor(page),
        offline: page.cached,
      })
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (this.data.sections.length > 0 && !this.data.q) {
        this.setData({ offline: problem.offline })
        if (!problem.offline) toast(problem.message)
      } else this.setData({ state: 'failed', error: problem.message, sections: [] })
    }
  },

  onSearch(event: WechatMiniprogram.Input) {
    this.setData({ q: event.detail.value })
    this.typing?.()
    this.typing = after(TYPING_MS, () => void this.load())
  },

  onFocus() {
    this.setData({ typingNow: true })
  },

  onBlur() {
    this.setData({ typingNow: false })
  },

  onSearchNow() {
    this.typing?.()
    void this.load()
  },

  onClear() {
    this.setData({ q: '' })
    this.onSearchNow()
  },

  onRetry() {
    void this.load()
  },

  async onLocate() {
    const { locating } = this.data
    if (locating === 'busy') return
    // WeChat asks only once; after a refusal the permission can only be given in its settings.
    if (locating === 'refused' && (await openPermissions()) !== 'granted') return
    this.setData({ locating: 'busy' })
    const place = await locate()
    if (place.kind !== 'here') {
      this.setData({ locating: place.kind })
      return
    }
    this.position = { lng: place.lng, lat: place.lat }
    this.setData({ locating: 'done' })
    toast(this.data.t.located)
    await this.load()
  },

  async onChoose(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: string }
    if (this.data.choosing) return
    if (id === this.data.current) {
      back()
      return
    }
    this.setData({ choosing: id })
    try {
      await site.choose(id)
      back()
    } catch (thrown) {
      toast(asProblem(thrown).message)
    } finally {
      this.setData({ choosing: '' })
    }
  },
})
