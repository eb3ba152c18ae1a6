import { asProblem } from '../../api/errors'
import { codeShown, sendCode } from '../../components/code-field/send'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../domain/form'
import { checkCode, checkIdentifier, checkPhone } from '../../domain/validate'
import { fill, texts } from '../../i18n/index'
import { ask, open, title, toast } from '../../platform/ui'
import { codes } from '../../services/codes'
import { consentTexts } from '../../services/consent-texts'
import { settings } from '../../services/settings'
import { signIn } from '../../services/sign-in'
import { leaveLogin, welcome } from './leave'

const FIELDS = ['identifier', 'password', 'phone', 'code'] as const
type Field = (typeof FIELDS)[number]
type Way = 'account' | 'sms'
/** The action under way; one at a time. */
type Busy = '' | 'wechat' | 'submit' | 'code'

/** The login method to continue with after the agreement. */
let wanted: 'wechat' | 'submit' | undefined

Page({
  data: {
    t: texts('login'),
    look: '',
    way: 'account' as Way,
    form: { identifier: '', password: '', phone: '', code: '' } as Record<Field, string>,
    errors: noErrors(FIELDS) as Errors<Field>,
    /** When another try is possible, by the phone's clock, ms. */
    until: 0,
    busy: '' as Busy,
    agreed: false,
    /** The agreement dialog is shown. */
    asking: false,
    sent: '',
    nextAt: 0,
    passwordToo: false,
    /** The page to open after the login. */
    target: '',
  },

  onLoad(query: Record<string, string | undefined>) {
    this.setData({ target: decodeURIComponent(query.back ?? '') })
    consentTexts.load().catch(() => undefined)
  },

  onShow() {
    const t = texts('login')
    title(t.pageTitle)
    this.setData({ t, look: settings.look(), 'form.phone': this.data.form.phone || (codes.last('login')?.to ?? '') })
    this.showSent()
  },

  /** The code that was requested before the page was closed. */
  showSent() {
    const { form, t } = this.data
    this.setData(codeShown('login', checkPhone(form.phone).value ?? form.phone, t.codeSent))
  },

  onWay(event: WechatMiniprogram.TouchEvent) {
    const { way } = event.currentTarget.dataset as { way: Way }
    if (this.data.busy === '' && way !== this.data.way) this.setData({ way, errors: noErrors(FIELDS), until: 0 })
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: Field }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
    if (field === 'phone') this.showSent()
  },

  onAgree(event: WechatMiniprogram.CustomEvent<{ value: boolean }>) {
    this.setData({ agreed: event.detail.value })
  },

  onAgreed() {
    this.setData({ agreed: true, asking: false })
    if (wanted === 'wechat') this.onWechat()
    else if (wanted === 'submit') this.onSubmit()
  },

  onNotAgreed() {
    this.setData({ asking: false })
  },

  onWechat() {
    if (this.data.busy !== '') return
    if (!this.data.agreed) return this.askFirst('wechat')
    void this.enter('wechat', async () => signIn.withWechat(await consentTexts.agreements()))
  },

  onSubmit() {
    if (this.data.busy !== '') return
    const errors = this.data.way === 'account' ? this.validateAccount() : this.validateSms()
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors) return
    if (!this.data.agreed) return this.askFirst('submit')
    const { form, way } = this.data
    void this.enter('submit', async () => {
      if (way === 'account') {
        const identifier = checkIdentifier(form.identifier).value ?? form.identifier
        return signIn.withPassword(identifier, form.password)
      }
      const challengeId = codes.last('login')?.challengeId ?? ''
      const phone = checkPhone(form.phone).value ?? ''
      const password = this.data.passwordToo ? { password: form.password } : {}
      return signIn.withSms({ phone, challengeId, code: form.code, ...password })
    })
  },

  validateAccount(): Errors<Field> | undefined {
    const { form } = this.data
    const password = form.password === '' ? ({ error: 'password-empty' } as const) : { value: form.password }
    const checks = { identifier: checkIdentifier(form.identifier), password }
    return fieldErrors(FIELDS, checks, texts('common').errors)
  },

  validateSms(): Errors<Field> | undefined {
    const { form, t, passwordToo } = this.data
    const phone = checkPhone(form.phone)
    const missing = passwordToo && form.password === ''
    const password = missing ? ({ error: 'password-empty' } as const) : { value: form.password }
    const errors = fieldErrors(FIELDS, { phone, code: checkCode(form.code), password }, texts('common').errors)
    if (!errors && codes.last('login')?.to !== phone.value) return { ...noErrors(FIELDS), code: t.codeNotFetched }
    return errors
  },

  askFirst(way: 'wechat' | 'submit') {
    wanted = way
    this.setData({ asking: true })
  },

  async onSend() {
    if (this.data.busy !== '') return
    const phone = checkPhone(this.data.form.phone)
    const errors = fieldErrors(FIELDS, { phone }, texts('common').errors)
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors || phone.value === undefined) return
    const to = phone.value
    await sendCode(this, 'login', to, () => signIn.requestCode('login', to))
  },

  async enter(way: 'wechat' | 'submit', login: () => Promise<unknown>) {
    this.setData({ busy: way, errors: noErrors(FIELDS), until: 0 })
    try {
      await login()
      codes.forget('login')
      const closing = await welcome()
      if (closing) {
        const { t } = this.data
        const text = fill(t.closing, { date: closing })
        const see = await ask({ title: t.welcome, text, yes: t.closingSee, no: t.close })
        if (see) return leaveLogin('/packages/account/privacy/index')
      } else {
        toast(this.data.t.welcome)
      }
      leaveLogin(this.data.target)
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  /** Shows a problem at the field it belongs to. */
  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    if (problem.code === 'consent-outdated') {
      consentTexts.forget()
      this.setData({ agreed: false })
    }
    if (problem.code === 'password-needed-too') this.setData({ passwordToo: true })
    const errors = placed(problem, FIELDS, { codes: { 'wrong-credentials': 'password' } })
    this.setData({ errors, until: nextTry(problem, errors, Date.now()) })
  },

  onRegister() {
    open('/packages/account/register/index')
  },

  onForgot() {
    const { identifier, phone } = this.data.form
    const known = (this.data.way === 'account' ? identifier : phone).trim()
    open(`/packages/account/forgot/index?identifier=${encodeURIComponent(known)}`)
  },
})
