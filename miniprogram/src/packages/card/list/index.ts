import { asProblem } from '../../../api/errors'
import { dateMinute, maskNumber } from '../../../domain/format'
import { fill, texts } from '../../../i18n/index'
import { open, pulled, title } from '../../../platform/ui'
import { type CardBinding, card } from '../../../services/card'
import { siteNameNow, siteOf } from '../../../services/places'
import { settings } from '../../../services/settings'
import { type Face, faceOf, kindName } from '../view'

/** The cards of one site. */
interface Group {
  siteId: string
  siteName: string
  faces: Face[]
}

function grouped(cards: CardBinding[]): Group[] {
  const groups = new Map<string, Group>()
  for (const one of cards) {
    const siteName = siteNameNow(one.siteId)
    const group = groups.get(one.siteId) ?? { siteId: one.siteId, siteName, faces: [] }
    group.faces.push(faceOf(one, '', Date.now()))
    groups.set(one.siteId, group)
  }
  return [...groups.values()]
}

/** 自助卡务: the user's cards by site. */
Page({
  data: {
    t: texts('card'),
    look: '',
    groups: [] as Group[],
    /** A binding that waits for its code. */
    pending: null as { kindName: string; number: string; hint: string } | null,
    loaded: false,
    problem: '',
  },

  onShow() {
    const t = texts('card')
    title(t.listTitle)
    this.setData({ t, look: settings.look() })
    this.show(card.cached())
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    pulled()
  },

  onRetry() {
    void this.load()
  },

  async load() {
    try {
      const cards = await card.list()
      await Promise.all([...new Set(cards.map((one) => one.siteId))].map(siteOf))
      this.setData({ problem: '', loaded: true })
      this.show(cards)
    } catch (thrown) {
      const problem = asProblem(thrown)
      const seen = problem.offline && this.data.groups.length > 0
      this.setData({ problem: seen ? this.data.t.offline : problem.message })
    }
  },

  show(cards: CardBinding[]) {
    const waiting = card.pending()
    const { t } = this.data
    const pending = waiting
      ? {
          kindName: kindName(waiting.request.kind),
          number: maskNumber(waiting.request.number),
          hint: fill(t.resumeHint, { time: dateMinute(Date.now() + waiting.expiresIn * 1000).slice(11) }),
        }
      : null
    this.setData({ groups: grouped(cards), pending })
  },

  onCard(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: string }
    open(`/packages/card/info/index?id=${id}`)
  },

  onPending() {
    open('/packages/card/bind/index')
  },

  onBind() {
    open('/packages/card/bind/index?fresh=1')
  },
})
