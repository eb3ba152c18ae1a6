import { canceller } from '../../../../api/client'
import { asProblem } from '../../../../api/errors'
import { texts } from '../../../../i18n/index'
import { after, type Stop } from '../../../../platform/timers'
import { type ListedSite, type SitePage, site } from '../../../../services/site'

/** A site as the sheet lists it. */
interface Shown {
  id: string
  name: string
  address: string
}

/** A sheet's pending work: the delayed search and the request under way. */
interface Running {
  wait?: Stop
  cancel?: () => void
}

const running = new WeakMap<object, Running>()
const KEYSTROKE_MS = 300

function shown(items: ListedSite[]): Shown[] {
  const { noAddress } = texts('card')
  return items.map(({ id, name, address }) => ({ id, name, address: address || noAddress }))
}

/** Lets the user choose a site; `pick` carries it. */
Component({
  properties: {
    visible: { type: Boolean, value: false },
    /** The currently chosen site. */
    chosen: { type: String, value: '' },
  },

  data: {
    t: texts('card'),
    q: '',
    items: [] as Shown[],
    next: '',
    cached: false,
    busy: false,
    problem: '',
  },

  observers: {
    visible(visible: boolean) {
      this.stop()
      if (!visible) return
      this.setData({ t: texts('card'), q: '', items: shown(site.cached()), next: '' })
      void this.load('')
    },
  },

  lifetimes: {
    detached() {
      this.stop()
    },
  },

  methods: {
    stop() {
      const now = running.get(this)
      now?.wait?.()
      now?.cancel?.()
      running.delete(this)
    },

    onSearch(event: WechatMiniprogram.Input) {
      const q = event.detail.value
      this.stop()
      this.setData({ q })
      running.set(this, { wait: after(KEYSTROKE_MS, () => void this.load('')) })
    },

    onMore() {
      if (!this.data.busy && this.data.next !== '') void this.load(this.data.next)
    },

    /** Fetches a page of the list; the first one without a cursor. */
    async load(cursor: string) {
      this.stop()
      const { signal, cancel } = canceller()
      running.set(this, { cancel })
      this.setData({ busy: true, problem: '' })
      const q = this.data.q.trim()
      try {
        this.show(await site.list({ signal, ...(q && { q }), ...(cursor && { cursor }) }), cursor !== '')
      } catch (thrown) {
        const problem = asProblem(thrown)
        if (problem.cancelled) return
        this.setData({ busy: false, problem: problem.message })
      }
    },

    show({ items, nextCursor, cached }: SitePage, further: boolean) {
      const before = further ? this.data.items : []
      this.setData({ items: [...before, ...shown(items)], next: nextCursor ?? '', cached, busy: false })
    },

    onPick(event: WechatMiniprogram.TouchEvent) {
      const { id, name } = event.currentTarget.dataset as { id: string; name: string }
      this.triggerEvent('pick', { id, name })
    },

    onClose() {
      this.triggerEvent('close', {})
    },
  },
})
