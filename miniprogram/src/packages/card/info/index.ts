import { asProblem } from '../../../api/errors'
import { age, dateTime } from '../../../domain/format'
import { fill, texts } from '../../../i18n/index'
import { ask, back, pulled, title, toast } from '../../../platform/ui'
import { type CardInfo, type CardUse, card, type OpenDoor } from '../../../services/card'
import { siteNameNow, siteOf } from '../../../services/places'
import { settings } from '../../../services/settings'
import { type Face, faceOf, standingOf, validityOf } from '../view'

interface ShownDoor {
  id: string
  name: string
  hours: string
  methods: string
  passes: boolean
  text: string
}

interface ShownUse {
  key: string
  door: string
  at: string
  opened: boolean
  what: string
}

interface Fact {
  label: string
  value: string
}

function shownDoor({ doorId, name, hours, methods, decision, text }: OpenDoor): ShownDoor {
  const t = texts('card')
  const words = { qr: t.byQr, shake: t.byShake }
  const ways = methods.map((method) => words[method]).join(' · ')
  return { id: doorId, name, hours, methods: ways, passes: decision === 'grant', text }
}

function shownUse(use: CardUse, zone: string | undefined, n: number): ShownUse {
  const t = texts('card')
  const opened = use.decision === 'grant'
  return {
    key: `${n}`,
    door: use.doorName || t.doorGone,
    at: dateTime(use.at, zone),
    opened,
    what: opened ? t.useOpened : use.text,
  }
}

function factsOf(info: CardInfo, siteName: string, zone: string | undefined): Fact[] {
  const t = texts('card')
  const standing = standingOf(info, Date.now())
  const facts: (Fact | undefined)[] = [
    { label: t.site, value: siteName },
    info.holder ? { label: t.holder, value: info.holder } : undefined,
    { label: t.state, value: standing.word },
    { label: t.validity, value: validityOf(info, zone) },
    info.card?.shared ? { label: t.shared, value: t.sharedYes } : undefined,
    info.plates.length > 0 ? { label: t.plates, value: info.plates.join('  ') } : undefined,
    info.card
      ? { label: t.boundCard, value: fill(t.updated, { age: age(info.card.asOf, Date.now(), texts('common')) }) }
      : undefined,
  ]
  return facts.filter((fact): fact is Fact => fact !== undefined && fact.value !== '')
}

/** 卡信息查询: the details of a card, the doors it opens, its uses; 解除绑定. */
Page({
  data: {
    t: texts('card'),
    look: '',
    id: '',
    face: null as Face | null,
    facts: [] as Fact[],
    doors: [] as ShownDoor[],
    uses: [] as ShownUse[],
    next: '',
    zone: '',
    suspended: false,
    /** Doors and uses are loaded. */
    complete: false,
    /** The card no longer belongs to the user. */
    gone: false,
    problem: '',
    busy: false,
  },

  onLoad(query: Record<string, string | undefined>) {
    const id = query.id ?? ''
    const cached = card.cached().find((one) => one.id === id)
    const face = cached ? faceOf(cached, siteNameNow(cached.siteId), Date.now()) : null
    this.setData({ id, face })
  },

  onShow() {
    const t = texts('card')
    title(t.infoTitle)
    this.setData({ t, look: settings.look() })
    if (!this.data.gone) void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    pulled()
  },

  onRetry() {
    void this.load()
  },

  async load() {
    const { id } = this.data
    try {
      const [info, uses] = await Promise.all([card.info(id), card.uses(id)])
      const place = await siteOf(info.siteId)
      if (info.state !== 'bound' && info.state !== 'suspended') return this.setData({ gone: true })
      this.show(info, place?.name ?? siteNameNow(info.siteId), place?.timeZone)
      this.setData({
        uses: uses.items.map((use, n) => shownUse(use, place?.timeZone, n)),
        next: uses.nextCursor ?? '',
        zone: place?.timeZone ?? '',
        complete: true,
        problem: '',
      })
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (problem.status === 404) this.setData({ gone: true })
      else this.setData({ problem: problem.offline && this.data.face ? this.data.t.offline : problem.message })
    }
  },

  show(info: CardInfo, siteName: string, zone: string | undefined) {
    const standing = standingOf(info, Date.now())
    this.setData({
      face: faceOf(info, siteName, Date.now(), zone),
      facts: factsOf(info, siteName, zone),
      doors: info.doors.map(shownDoor),
      suspended: standing.tone === 'warn',
    })
  },

  async onMore() {
    const { id, next, uses, zone, busy } = this.data
    if (next === '' || busy) return
    this.setData({ next: '' })
    try {
      const page = await card.uses(id, next)
      const more = page.items.map((use, n) => shownUse(use, zone || undefined, uses.length + n))
      this.setData({ uses: [...uses, ...more], next: page.nextCursor ?? '' })
    } catch (thrown) {
      this.setData({ next })
      toast(asProblem(thrown).message)
    }
  },

  async onUnbind() {
    const { t, id, busy } = this.data
    if (busy) return
    const question = { title: t.unbindTitle, text: t.unbindAsk, yes: t.unbindYes, no: t.cancel, danger: true }
    if (!(await ask(question))) return
    this.setData({ busy: true, problem: '' })
    try {
      await card.unbind(id)
      toast(t.unbound)
      back()
    } catch (thrown) {
      const problem = asProblem(thrown)
      const gone = problem.status === 404 || problem.code === 'card-not-bound'
      this.setData({ busy: false, gone, problem: gone ? '' : problem.message })
    }
  },

  onBack() {
    back()
  },
})
