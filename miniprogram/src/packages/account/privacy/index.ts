import { asProblem } from '../../../api/errors'
import { date, dateMinute } from '../../../domain/format'
import { fill, texts } from '../../../i18n/index'
import { ask, copy, title, toast, toLogin } from '../../../platform/ui'
import { consent } from '../../../services/consent'
import { type Consent, type ConsentPurpose, type ConsentText, consentApi } from '../../../services/consent-api'
import { consentTexts, withoutTitle } from '../../../services/consent-texts'
import { type Account, myAccount } from '../../../services/my-account'
import { settings } from '../../../services/settings'
import { type ProofForm, type ProofWay, proofForm, waysOf } from '../components/proof/form'

/** A text and the user's consent to it. */
interface Shown {
  purpose: ConsentPurpose
  title: string
  /** When the user agreed and withdrew, one per line. */
  words: string[]
  /** Agreed to in the current version. */
  standing: boolean
}

type Busy = '' | 'keep' | 'export' | 'close' | 'consent'

/** The export may be large: it is kept outside `data`, and only its beginning is shown. */
let exportedJson = ''
const SHOWN_CHARACTERS = 12_000

function shownConsents(list: ConsentText[], given: Consent[]): Shown[] {
  const t = texts('account')
  return list.map(({ purpose, title, version }) => {
    const last = given.filter((one) => one.purpose === purpose).sort((a, b) => b.givenAt.localeCompare(a.givenAt))[0]
    const standing = last !== undefined && last.version === version && !last.withdrawnAt
    const words = standing
      ? [fill(t.consentGiven, { date: dateMinute(last.givenAt) }), fill(t.consentVersion, { version: last.version })]
      : [last?.withdrawnAt ? fill(t.consentWithdrawn, { date: dateMinute(last.withdrawnAt) }) : t.consentDue]
    return { purpose, title, words, standing }
  })
}

function sizeOf(text: string): string {
  const kilobytes = text.length / 1024
  return kilobytes < 1 ? '1 KB' : `${Math.round(kilobytes)} KB`
}

/** Consents, data export, and closing the account. */
Page({
  data: {
    t: texts('account'),
    look: '',
    ready: false,
    consents: [] as Shown[],
    closing: '',
    ways: [] as ProofWay[],
    problem: '',
    until: 0,
    busy: '' as Busy,
    reading: false,
    text: { title: '', version: '', body: '' },
    exported: '',
    json: '',
    leaving: false,
    leaveProblem: '',
    closed: '',
  },

  onShow() {
    const t = texts('account')
    title(t.privacyTitle)
    this.setData({ t, look: settings.look() })
    if (!this.data.closed) void this.load()
  },

  onUnload() {
    exportedJson = ''
  },

  async load() {
    this.setData({ problem: '', until: 0 })
    try {
      const [list, given, account] = await Promise.all([consentTexts.load(), consentApi.list(), myAccount.fetch()])
      this.setData({ consents: shownConsents(list, given), ready: true })
      this.show(account)
    } catch (thrown) {
      this.fail(thrown)
    }
  },

  show(account: Account) {
    const closing = account.eraseAt ? fill(this.data.t.closing, { date: date(account.eraseAt) }) : ''
    this.setData({ closing, ways: waysOf(account) })
  },

  /** Runs one action at a time and shows its error. */
  async once(busy: Busy, act: () => Promise<void>) {
    if (this.data.busy !== '') return
    this.setData({ busy, problem: '', leaveProblem: '', until: 0 })
    try {
      await act()
    } catch (thrown) {
      this.fail(thrown)
    }
    this.setData({ busy: '' })
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    const until = problem.retryAfter === undefined ? 0 : Date.now() + problem.retryAfter * 1000
    if (!this.data.leaving) return this.setData({ problem: problem.message, until })
    if (!this.proof()?.refuse(problem)) this.setData({ leaveProblem: problem.message, until })
  },

  async onRead(event: WechatMiniprogram.CustomEvent) {
    const { purpose } = event.currentTarget.dataset as { purpose?: ConsentPurpose }
    if (purpose === undefined) return this.setData({ reading: false })
    const found = (await consentTexts.load().catch(() => [])).find((one) => one.purpose === purpose)
    if (found === undefined) return
    const version = fill(texts('login').version, { version: found.version })
    this.setData({ reading: true, text: { title: found.title, version, body: withoutTitle(found.body) } })
  },

  async onWithdraw(event: WechatMiniprogram.CustomEvent) {
    const { purpose } = event.currentTarget.dataset as { purpose: ConsentPurpose }
    const { t, consents } = this.data
    const name = consents.find((one) => one.purpose === purpose)?.title ?? ''
    const text = fill(t.consentWithdrawAsk, { title: name })
    const question = { title: t.consentWithdrawTitle, text, yes: t.consentWithdraw, no: t.cancel, danger: true }
    if (!(await ask(question))) return
    await this.once('consent', async () => {
      const sent = await consent.withdraw(purpose)
      toast(sent ? t.consentWithdrawDone : t.consentWithdrawLater)
      if (sent) return this.load()
      const words = [t.consentWithdrawLater]
      const shown = this.data.consents.map((one) =>
        one.purpose === purpose ? { ...one, words, standing: false } : one,
      )
      this.setData({ consents: shown })
    })
  },

  onAgree(event: WechatMiniprogram.CustomEvent) {
    const { purpose } = event.currentTarget.dataset as { purpose: ConsentPurpose }
    void this.once('consent', async () => {
      await consent.agree((await consentTexts.agreements()).filter((one) => one.purpose === purpose))
      toast(this.data.t.consentAgreed)
      await this.load()
    })
  },

  onKeep() {
    void this.once('keep', async () => {
      await myAccount.cancelClosing()
      toast(this.data.t.keepDone)
      await this.load()
    })
  },

  onExport() {
    void this.once('export', async () => {
      exportedJson = JSON.stringify(await myAccount.exportData(), null, 2)
      this.setData({ exported: fill(this.data.t.exportReady, { size: sizeOf(exportedJson) }) })
    })
  },

  async onCopy() {
    if (await copy(exportedJson)) toast(this.data.t.exportCopied)
  },

  onShowJson() {
    this.setData({ json: this.data.json ? '' : exportedJson.slice(0, SHOWN_CHARACTERS) })
  },

  onExported() {
    exportedJson = ''
    this.setData({ exported: '', json: '' })
  },

  proof(): ProofForm | undefined {
    return proofForm(this.selectComponent('#proof'))
  },

  onClose() {
    this.setData({ leaving: true, leaveProblem: '', until: 0 })
  },

  onStay() {
    if (this.data.busy === '') this.setData({ leaving: false })
  },

  async onCloseYes() {
    const { t } = this.data
    await this.once('close', async () => {
      const proof = await this.proof()?.take()
      if (proof === undefined) return
      const question = { title: t.closeAskTitle, text: t.closeAsk, yes: t.closeAskYes, no: t.cancel, danger: true }
      if (!(await ask(question))) return
      const { eraseAt } = await myAccount.close(proof)
      this.setData({ leaving: false, closed: fill(t.closeDoneHint, { date: date(eraseAt) }) })
    })
  },

  onLogin() {
    toLogin()
  },
})
