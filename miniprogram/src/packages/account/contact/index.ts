import { asProblem } from '../../../api/errors'
import { codeShown, sendCode } from '../../../components/code-field/send'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../../domain/form'
import { type Checked, checkCode, checkEmail, checkPhone } from '../../../domain/validate'
import { fill, texts } from '../../../i18n/index'
import { ask, back, title, toast } from '../../../platform/ui'
import { codes } from '../../../services/codes'
import { type Account, myAccount } from '../../../services/my-account'
import { session } from '../../../services/session'
import { settings } from '../../../services/settings'
import { type ProofForm, type ProofWay, proofForm, waysOf } from '../components/proof/form'

const FIELDS = ['target', 'code'] as const
type Field = (typeof FIELDS)[number]
type Kind = 'phone' | 'email'

/** Changes the phone or the e-mail address: needs a code sent to the new one, and a proof of identity. */
Page({
  data: {
    t: texts('account'),
    l: texts('login'),
    look: '',
    kind: 'phone' as Kind,
    now: '',
    ways: [] as ProofWay[],
    removable: false,
    form: { target: '', code: '' } as Record<Field, string>,
    errors: noErrors(FIELDS) as Errors<Field>,
    until: 0,
    busy: '' as '' | 'submit' | 'code',
    sent: '',
    nextAt: 0,
  },

  onLoad(query: Record<string, string | undefined>) {
    this.setData({ kind: query.kind === 'email' ? 'email' : 'phone' })
  },

  onShow() {
    const t = texts('account')
    title(t.navTitle)
    const target = this.data.form.target || (codes.last(this.data.kind)?.to ?? '')
    this.setData({ t, l: texts('login'), look: settings.look(), 'form.target': target })
    this.showSent()
    const state = session.state()
    if (state.signedIn && state.account) this.show(state.account)
    myAccount.fetch().then(
      (account) => this.show(account),
      (thrown) => this.fail(thrown),
    )
  },

  show(account: Account) {
    const { kind, t } = this.data
    const { phone, email } = account
    const now = kind === 'phone' ? phone && fill(t.phoneNow, { phone }) : email && fill(t.emailNow, { email })
    // A first address needs no proof soon after signing in; a proof that was shown anyway is still sent.
    const ways = waysOf(account)
    this.setData({ now: now || '', ways, removable: kind === 'email' && Boolean(email) })
  },

  check(): Checked {
    const { form, kind } = this.data
    return kind === 'phone' ? checkPhone(form.target) : checkEmail(form.target)
  },

  showSent() {
    const { kind, form, l } = this.data
    this.setData(codeShown(kind, this.check().value ?? form.target, l.codeSent))
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: Field }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
    if (field === 'target') this.showSent()
  },

  async onSend() {
    if (this.data.busy !== '') return
    const target = this.check()
    const errors = fieldErrors(FIELDS, { target }, texts('common').errors)
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors || target.value === undefined) return
    const to = target.value
    const { kind } = this.data
    await sendCode(this, kind, to, () =>
      myAccount.requestCode(kind === 'phone' ? { purpose: 'phone', phone: to } : { purpose: 'email', email: to }),
    )
  },

  proof(): ProofForm | undefined {
    return proofForm(this.selectComponent('#proof'))
  },

  async onSubmit() {
    if (this.data.busy !== '') return
    const { form, kind, t } = this.data
    const target = this.check()
    let errors = fieldErrors(FIELDS, { target, code: checkCode(form.code) }, texts('common').errors)
    const last = codes.last(kind)
    if (!errors && last?.to !== target.value) errors = { ...noErrors(FIELDS), code: texts('login').codeNotFetched }
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors || last === undefined) return
    this.setData({ busy: 'submit' })
    const proof = await this.proof()?.take()
    if (proof === undefined && this.proof() !== undefined) return this.setData({ busy: '' })
    const { challengeId, to } = last
    try {
      if (kind === 'phone') {
        await myAccount.changePhone({ phone: to, challengeId, code: form.code, proof: proof ?? {} })
      } else {
        await myAccount.changeEmail({ email: to, challengeId, code: form.code, ...(proof && { proof }) })
      }
      codes.forget(kind)
      toast(kind === 'phone' ? t.phoneSaved : t.emailSaved)
      back()
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  async onRemove() {
    const { t, busy } = this.data
    if (busy !== '') return
    this.setData({ busy: 'submit', errors: noErrors(FIELDS), until: 0 })
    const proof = await this.proof()?.take()
    const question = { title: t.emailRemove, text: t.emailRemoveAsk, yes: t.emailRemoveYes, no: t.cancel, danger: true }
    if (proof === undefined || !(await ask(question))) return this.setData({ busy: '' })
    try {
      await myAccount.removeEmail(proof)
      toast(t.emailRemoved)
      back()
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    const ofProof = /^proof|password|wechat/.test(problem.code) || 'proof' in problem.fields
    if (ofProof && this.proof()?.refuse(problem)) return
    const { kind } = this.data
    const errors = placed(problem, FIELDS, {
      fields: { [kind]: 'target' },
      codes: { 'phone-registered': 'target', 'email-registered': 'target' },
    })
    this.setData({ errors, until: nextTry(problem, errors, Date.now()) })
  },
})
