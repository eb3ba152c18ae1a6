import { asProblem, Problem } from '../../api/errors'
import type { ShownDoor } from '../../components/door-sheet/index'
import type { Unsubscribe } from '../../domain/events'
import { distance } from '../../domain/format'
import { fill, texts } from '../../i18n/index'
import { onScreenshot } from '../../platform/capture'
import { network } from '../../platform/network'
import { privacy } from '../../platform/privacy'
import { after, type Stop } from '../../platform/timers'
import { pulled, replace, title, toast } from '../../platform/ui'
import { buzz, tick } from '../../platform/vibrate'
import { card } from '../../services/card'
import { clock } from '../../services/clock'
import { credential } from '../../services/credential'
import { doorCode } from '../../services/door-code'
import { notice } from '../../services/notice'
import { session } from '../../services/session'
import { settings } from '../../services/settings'
import { site } from '../../services/site'
import { type DoorChoice, unlock } from '../../services/unlock'
import { type Activity, activity } from './activity'
import { changes } from './changes'
import { choice } from './choice'
import { entries } from './entries'
import { links, openHelp } from './links'
import { offerLocation } from './locating'
import { type PassCard, type PassView, passOf } from './pass'
import { noResult, shownResult, working } from './result'
import { plateSizes } from './sizes'

const LOGIN = '/pages/login/index'
/** How long 已开门 is shown if it is not closed. */
const OPENED_MS = 4_000
/** Maximum age of notices when the page is opened, and while no card is bound. */
const NEWS_MS = 60_000
const MISSING_MS = 15_000

/** The main screen (主界面): the site, the code of a card, and what else can be done. */
Page({
  data: {
    t: texts('home'),
    look: settings.look(),
    entries,
    site: { name: '', address: '' },
    view: 'loading' as PassView,
    cards: [] as PassCard[],
    index: 0,
    note: { icon: '', tone: '', title: '', hint: '' } as ReturnType<typeof passOf>['note'],
    offline: false,
    canUnlock: false,
    fromNotice: false,
    /** Title of the newest notice, if unread. */
    news: '',
    newsLabel: '',
    shaking: false,
    code: '',
    /** When the code changes, by the phone's clock, ms. */
    until: 0,
    step: 15_000,
    size: 240,
    largeSize: 320,
    large: false,
    refreshing: false,
    doors: [] as ShownDoor[],
    result: noResult,
    firstPrivacy: false,
    /** The sheet that asks the user to agree again is shown. */
    agreeing: false,
  },

  ...links,

  /** Whether the page is on the screen. */
  visible: false,
  /** Whether the page was unloaded: later answers are ignored. */
  gone: false,
  /** The site and its keys are being fetched, and nothing is known yet. */
  asking: false,
  /** Why fetching the site failed. */
  problem: '',
  /** An unlock request, or the permission question before it, is under way. */
  opening: false,
  leaves: [] as Unsubscribe[],
  activity: undefined as Activity | undefined,
  stopResult: undefined as Stop | undefined,

  onLoad() {
    if (!session.state().signedIn) {
      void this.leaveForLogin()
      return
    }
    this.put(plateSizes())
    this.asking = site.current() === undefined
    // From storage: the code is on the screen before any request is sent.
    doorCode.renew()
    this.render()
    void this.fetchMissing()
  },

  onShow() {
    this.visible = true
    if (!session.state().signedIn) {
      if (this.leaves.length > 0) void this.leaveForLogin()
      return
    }
    this.activity ??= activity({ codeChange: () => this.render(), shake: () => this.onShake() })
    this.put({ t: texts('home'), look: settings.look() })
    title(this.data.t.title)
    if (this.leaves.length > 0) doorCode.renew()
    this.listen()
    this.render()
    this.refreshRefused()
    void notice.look(NEWS_MS)
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.stop()
    this.gone = true
    this.stopResult?.()
  },

  async onPullDownRefresh() {
    await this.refresh()
    pulled()
  },

  /** Not signed in: shows the privacy question if it was never answered, then the login page. */
  async leaveForLogin() {
    if (await privacy.needed()) this.put({ firstPrivacy: true })
    else replace(LOGIN)
  },

  onAgreed() {
    if (!session.state().signedIn) replace(LOGIN)
  },

  /** Subscribes to everything that changes the pass while the page is visible. */
  listen() {
    for (const leave of this.leaves) leave()
    this.leaves = [
      credential.subscribe(() => this.render()),
      site.subscribe(() => this.render()),
      card.subscribe(() => this.render()),
      notice.subscribe(() => this.render()),
      network.subscribe((connected) => this.onNetwork(connected)),
      onScreenshot(() => this.onCaptured()),
    ]
  },

  /** A refused card may have been reactivated in the meantime. */
  refreshRefused() {
    const here = site.current()
    if (here && this.data.view === 'refused') credential.refresh(here.id).catch(() => undefined)
  },

  /** The network came back before anything was known. */
  onNetwork(connected: boolean) {
    if (connected && !site.current() && !this.asking) {
      this.asking = true
      this.render()
      void this.fetchMissing()
    }
  },

  /** Stops all activity while another page is visible. */
  stop() {
    this.visible = false
    for (const leave of this.leaves) leave()
    this.activity?.stop()
    this.put({ large: false, agreeing: false })
  },

  /** Fetches what the phone does not know yet: the site of a new sign-in, the card list. */
  async fetchMissing() {
    try {
      await site.refresh()
      this.problem = ''
      const here = site.current()
      if (here) await credential.refreshIfDue(here.id)
      const nameless = here && credential.view(here.id).cards.some(({ number }) => number === undefined)
      if (nameless) await card.list()
    } catch (thrown) {
      this.problem = asProblem(thrown).message
    } finally {
      this.asking = false
      this.render()
    }
  },

  /** Calls `setData` with the values that differ. */
  put(next: Parameters<typeof changes<typeof this.data>>[1]) {
    if (this.gone) return
    const different = changes(this.data, next)
    if (Object.keys(different).length > 0) this.setData(different)
  },

  /** Updates the screen from the services. */
  render() {
    const here = site.current()
    const codes = here && credential.view(here.id)
    const chosen = here && choice.get(here.id)
    const gone = here && notice.gone(here.id)
    const pass = passOf({ site: here, codes, chosen, gone, asking: this.asking, problem: this.problem })
    const { name = '', address } = here ?? {}
    const shown = this.codeOf(pass.cards[pass.index]?.id, pass.view)
    const shaking = settings.current().shake
    const news = pass.fromNotice ? '' : (notice.news()?.title ?? '')
    const newsLabel = fill(this.data.t.noticeLabel, { title: news })
    this.put({ ...pass, ...shown, shaking, news, newsLabel, site: { name, address: address ?? '' } })
    this.updateActivity(here?.id ?? '')
    if (pass.view === 'nocard') void notice.look(MISSING_MS)
  },

  /** The code to show and until when. */
  codeOf(bindingId: string | undefined, view: PassView) {
    const shown = view === 'code' && bindingId ? doorCode.current(bindingId) : undefined
    if (!shown) return { code: '', until: 0, large: false }
    const { text, nextChange, step } = shown
    const until = this.data.code === text ? this.data.until : Math.round(Date.now() + nextChange - clock.now())
    return { code: text, until, step: step * 1000 }
  },

  /** Brings light, timer, sensor and requests in line with what is shown. */
  updateActivity(siteId: string) {
    if (!this.visible) return
    const { code, until, view, canUnlock, shaking } = this.data
    const shakes = shaking && (canUnlock || view === 'nocard' || view === 'nosite' || view === 'withdrawn')
    this.activity?.update({ siteId, codeUntil: code === '' ? undefined : until, shakes })
  },

  onShake() {
    const { t, view, doors } = this.data
    if (this.busy() || doors.length > 0 || this.data.agreeing) return
    tick()
    if (view === 'nosite') toast(t.chooseSite)
    else if (view === 'nocard') toast(t.bindFirst)
    else if (view === 'withdrawn') toast(t.withdrawn)
    else void this.open()
  },

  /** A screenshot was taken: the code on it must become invalid. */
  onCaptured() {
    if (!this.data.code) return
    doorCode.renew()
    this.render()
    toast(this.data.t.rotated)
  },

  async refresh() {
    if (this.data.refreshing) return
    this.put({ refreshing: true })
    try {
      const here = await site.refresh()
      this.problem = ''
      if (here) await credential.refresh(here.id)
      await card.list()
      await notice.look(0)
      doorCode.renew()
    } catch (thrown) {
      const { message } = asProblem(thrown)
      if (!site.current()) this.problem = message
      toast(message)
    } finally {
      this.put({ refreshing: false })
      this.render()
    }
  },

  onRefresh() {
    void this.refresh()
  },

  onCard(event: WechatMiniprogram.CustomEvent<{ id: string }>) {
    const here = site.current()
    if (!here) return
    choice.set(here.id, event.detail.id)
    this.render()
  },

  onEnlarge() {
    doorCode.renew()
    this.render()
    this.put({ large: true })
  },

  onShrink() {
    this.put({ large: false })
  },

  onUnlock() {
    void this.open()
  },

  /** An unlock request is under way, or its result is still on the screen. */
  busy(): boolean {
    return this.opening || this.data.result.kind !== ''
  },

  /** Sends an unlock request. Shakes and taps are ignored until the result was closed. */
  async open(doorId?: string) {
    const here = site.current()
    if (!here || this.busy()) return
    this.opening = true
    this.put({ large: false, doors: [] })
    try {
      if (!doorId && !(await offerLocation())) throw new Problem(0, 'too-late', this.data.t.tooLate)
      this.put({ result: working() })
      const bindingId = this.data.cards[this.data.index]?.id
      const beaconUuids = here.beaconUuid ? [here.beaconUuid] : []
      const request = { siteId: here.id, ...(bindingId && { bindingId }), ...(doorId && { doorId }), beaconUuids }
      const answer = await unlock.open(request)
      if (answer.kind === 'choose') this.put({ result: noResult, doors: shownDoors(answer.doors) })
      else this.put({ result: shownResult(answer) })
      if (answer.kind === 'opened') this.celebrate()
    } catch (thrown) {
      this.put({ result: shownResult({ kind: 'problem', problem: asProblem(thrown) }) })
    } finally {
      this.opening = false
    }
  },

  celebrate() {
    buzz()
    this.stopResult?.()
    this.stopResult = after(OPENED_MS, () => this.onResultClose())
  },

  onDoor(event: WechatMiniprogram.CustomEvent<{ id: string }>) {
    void this.open(event.detail.id)
  },

  onNoDoor() {
    this.put({ doors: [] })
  },

  onResultClose() {
    this.stopResult?.()
    this.put({ result: noResult })
  },

  onResultHelp() {
    const { help } = this.data.result
    this.onResultClose()
    openHelp(help)
  },

  onAskToAgree() {
    this.put({ agreeing: true })
  },

  /** The question was answered, either way. */
  onAgreeDone() {
    this.put({ agreeing: false })
  },

  onRefusedHelp() {
    const here = site.current()
    const held = here && credential.view(here.id).cards[this.data.index]
    openHelp(held?.reason ?? '')
  },

  /** Stops touches on an overlay from scrolling the page beneath. */
  onNothing() {},
})

function shownDoors(doors: DoorChoice[]): ShownDoor[] {
  const units = texts('common')
  return doors.map(({ id, name, distance: metres }) => ({ id, name, away: distance(metres, units) }))
}
