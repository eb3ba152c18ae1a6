import { asProblem } from '../../../api/errors'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../../domain/form'
import { dateMinute, maskNumber, maskPhone } from '../../../domain/format'
import { checkCardNumber, checkCode, checkPhone } from '../../../domain/validate'
import { fill, texts } from '../../../i18n/index'
import { ask, home, replace, title } from '../../../platform/ui'
import { type CardBinding, type CardKind, card } from '../../../services/card'
import { siteNameNow, siteOf } from '../../../services/places'
import { settings } from '../../../services/settings'
import { site } from '../../../services/site'
import { type Face, faceOf, KIND_ICONS, kindName } from '../view'

const FIELDS = ['site', 'number', 'phone', 'code'] as const
type Field = (typeof FIELDS)[number]
const KINDS: CardKind[] = ['member', 'stored_value', 'access']

interface Form {
  siteId: string
  kind: CardKind
  number: string
  phone: string
  code: string
}

/** 卡绑定: enter the card, enter the code sent to the phone on file, done. What was entered survives leaving the page. */
Page({
  data: {
    t: texts('card'),
    look: '',
    /** 1 the card, 2 the code, 3 done. */
    step: 1,
    steps: [] as { id: number; name: string }[],
    kinds: [] as { id: CardKind; icon: string; name: string }[],
    form: { siteId: '', kind: 'member', number: '', phone: '', code: '' } as Form,
    siteName: '',
    choosing: false,
    errors: noErrors(FIELDS) as Errors<Field>,
    until: 0,
    busy: '' as '' | 'ask' | 'confirm',
    bindingId: '',
    asked: { kindName: '', number: '', hint: '' },
    nextAt: 0,
    face: null as Face | null,
  },

  onLoad(query: Record<string, string | undefined>) {
    const draft = card.draft()
    const here = site.current()
    const siteId = query.siteId ?? draft.siteId ?? here?.id ?? ''
    const { kind = 'member', number = '', phone = '' } = draft
    this.setData({ form: { siteId, kind, number, phone, code: '' } })
    void this.nameSite(siteId, draft.siteId === siteId ? draft.siteName : undefined)
    if (query.fresh && card.pending()) void this.askWhich(siteId)
  },

  /** The user wants to bind another card while a binding waits for its code. */
  async askWhich(siteId: string) {
    const waiting = card.pending()
    if (waiting === undefined) return
    const t = texts('card')
    const name = `${kindName(waiting.request.kind)} ${maskNumber(waiting.request.number)}`
    const text = fill(t.waitingText, { card: name })
    // Without an answer the pending binding is kept.
    if (!(await ask({ title: t.waitingAsk, text, yes: t.waitingNew, no: t.waitingGoOn }))) return
    card.forgetPending()
    this.begin(siteId)
    void this.nameSite(siteId)
  },

  onShow() {
    const t = texts('card')
    title(t.bindTitle)
    const steps = [t.step1, t.step2, t.step3].map((name, n) => ({ id: n + 1, name }))
    this.setData({
      t,
      look: settings.look(),
      steps,
      kinds: KINDS.map((id) => ({ id, icon: KIND_ICONS[id], name: kindName(id) })),
    })
    if (this.data.step !== 3) this.resume()
  },

  onHide() {
    this.keepDraft()
  },

  onUnload() {
    this.keepDraft()
  },

  keepDraft() {
    const { form, siteName, step } = this.data
    if (step !== 1) return
    const { siteId, kind, number, phone } = form
    card.saveDraft({ kind, number, phone, ...(siteId && { siteId, siteName }) })
  },

  /** Continues with the binding that waits for its code, or starts with an empty form. */
  resume() {
    const waiting = card.pending()
    if (waiting === undefined) {
      if (this.data.step === 2) this.setData({ step: 1, 'errors.whole': this.data.t.waitingEnded })
      return
    }
    const { request, bindingId, expiresIn } = waiting
    const { t, form } = this.data
    const time = dateMinute(Date.now() + expiresIn * 1000).slice(11)
    this.setData({
      step: 2,
      bindingId,
      form: { ...form, ...request },
      asked: {
        kindName: kindName(request.kind),
        number: maskNumber(request.number),
        hint: fill(t.sentTo, { phone: maskPhone(request.phone), time }),
      },
      nextAt: this.nextAt(),
    })
    void this.nameSite(request.siteId)
  },

  async nameSite(siteId: string, name?: string) {
    if (siteId === '') return
    const siteName = name || siteNameNow(siteId) || (await siteOf(siteId))?.name || ''
    if (this.data.form.siteId === siteId) this.setData({ siteName })
  },

  onAskSite() {
    this.setData({ choosing: true })
  },

  onCloseSite() {
    this.setData({ choosing: false })
  },

  onPickSite(event: WechatMiniprogram.CustomEvent<{ id: string; name: string }>) {
    const { id, name } = event.detail
    this.setData({ choosing: false, 'form.siteId': id, siteName: name, 'errors.site': '', 'errors.number': '' })
    this.keepDraft()
  },

  onKind(event: WechatMiniprogram.TouchEvent) {
    const { kind } = event.currentTarget.dataset as { kind: CardKind }
    this.setData({ 'form.kind': kind })
    this.keepDraft()
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: 'number' | 'phone' | 'code' }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
  },

  onLeave() {
    this.keepDraft()
  },

  onNext() {
    if (this.data.busy !== '') return
    const { form, t } = this.data
    const checks = { number: checkCardNumber(form.number), phone: checkPhone(form.phone) }
    let errors = fieldErrors(FIELDS, checks, texts('common').errors)
    if (form.siteId === '') errors = { ...(errors ?? noErrors(FIELDS)), site: t.siteMissing }
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (!errors) void this.ask()
  },

  onAgain() {
    if (this.data.busy === '') void this.ask()
  },

  /** Requests the binding: the server sends a code if card and phone match. */
  async ask() {
    const { siteId, kind, number, phone } = this.data.form
    const request = {
      siteId,
      kind,
      number: checkCardNumber(number).value ?? number,
      phone: checkPhone(phone).value ?? phone,
    }
    this.setData({ busy: 'ask', errors: noErrors(FIELDS), until: 0 })
    try {
      const binding = await card.bind(request)
      this.setData({ busy: '', 'form.code': '' })
      if (binding.state === 'challenged') this.resume()
      else await this.finish(binding)
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '', nextAt: this.nextAt() })
    }
  },

  /** When another code may be requested, by the phone's clock; 0: now. */
  nextAt(): number {
    const seconds = card.resendIn()
    return seconds === 0 ? 0 : Date.now() + seconds * 1000
  },

  onChange() {
    card.forgetPending()
    this.setData({ step: 1, 'form.code': '', errors: noErrors(FIELDS), until: 0 })
    this.keepDraft()
  },

  async onConfirm() {
    if (this.data.busy !== '') return
    const { form, bindingId } = this.data
    const errors = fieldErrors(FIELDS, { code: checkCode(form.code) }, texts('common').errors)
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors) return
    this.setData({ busy: 'confirm' })
    try {
      const binding = await card.confirm(bindingId, form.code)
      this.setData({ busy: '' })
      await this.finish(binding)
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  async finish(binding: CardBinding) {
    const { siteName } = this.data
    this.setData({ step: 3, bindingId: binding.id, face: faceOf(binding, siteName, Date.now()) })
    // The site of a first card becomes the current one, so that home shows its code.
    if (site.current() === undefined) await site.choose(binding.siteId).catch(() => undefined)
    const cards = await card.list().catch(() => [])
    const fresh = cards.find((one) => one.id === binding.id)
    if (fresh) this.setData({ face: faceOf(fresh, siteName, Date.now()) })
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    const errors = placed(problem, FIELDS, {
      fields: { siteId: 'site' },
      codes: { 'site-not-found': 'site', ...(this.data.step === 1 && { 'too-many-codes': 'whole' }) },
    })
    const over = ['binding-not-waiting', 'card-not-usable', 'card-household-full'].includes(problem.code)
    if (over) this.setData({ step: 1 })
    this.setData({ errors, until: nextTry(problem, errors, Date.now()) })
  },

  onHome() {
    home()
  },

  onInfo() {
    replace(`/packages/card/info/index?id=${this.data.bindingId}`)
  },

  onAnother() {
    this.begin(this.data.form.siteId)
  },

  /** An empty form. */
  begin(siteId: string) {
    this.setData({
      step: 1,
      bindingId: '',
      face: null,
      form: { siteId, kind: 'member', number: '', phone: '', code: '' },
      errors: noErrors(FIELDS),
      until: 0,
    })
    this.keepDraft()
  },
})
