import { asProblem } from '../../../api/errors'
import { codeShown, sendCode } from '../../../components/code-field/send'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../../domain/form'
import { type Checked, checkCode, checkNewPassword, checkPhone, checkRepeated } from '../../../domain/validate'
import { texts } from '../../../i18n/index'
import { back, home, replace, title, toast } from '../../../platform/ui'
import { codes } from '../../../services/codes'
import { consentTexts } from '../../../services/consent-texts'
import { myAccount } from '../../../services/my-account'
import { settings } from '../../../services/settings'
import { signIn } from '../../../services/sign-in'

const FIELDS = ['phone', 'code', 'password', 'again', 'agree'] as const
type Field = (typeof FIELDS)[number]
type Busy = '' | 'submit' | 'code'

const FINE: Checked = { value: '' }
/** After these problems WeChat's phone number button must be tapped again: its code is valid once. */
const SPENT = new Set(['wechat-phone-refused', 'wechat-code-refused', 'phone-registered', 'phone-maybe-recycled'])

Page({
  data: {
    t: texts('account'),
    l: texts('login'),
    look: '',
    form: { phone: '', code: '', password: '', again: '' } as Record<Exclude<Field, 'agree'>, string>,
    errors: noErrors(FIELDS) as Errors<Field>,
    until: 0,
    busy: '' as Busy,
    agreed: false,
    sent: '',
    nextAt: 0,
    /** The code from WeChat's phone number button; with it neither phone nor SMS code are needed. */
    phoneCode: '',
    /** There is an account with this phone. */
    known: false,
    /** There is one, unused for a long time: the number may have a new owner. */
    recycled: false,
    /** "This is my new number." */
    claims: false,
  },

  onLoad() {
    consentTexts.load().catch(() => undefined)
  },

  onShow() {
    const t = texts('account')
    title(t.navTitle)
    const phone = this.data.form.phone || (codes.last('register')?.to ?? '')
    this.setData({ t, l: texts('login'), look: settings.look(), 'form.phone': phone })
    this.showSent()
  },

  showSent() {
    const { form, l } = this.data
    this.setData(codeShown('register', checkPhone(form.phone).value ?? form.phone, l.codeSent))
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: Field }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
    if (field !== 'phone') return
    this.setData({ known: false, recycled: false, claims: false })
    this.showSent()
  },

  onAgree(event: WechatMiniprogram.CustomEvent<{ value: boolean }>) {
    this.setData({ agreed: event.detail.value, 'errors.agree': '' })
  },

  onPhoneNumber(event: WechatMiniprogram.ButtonGetPhoneNumber) {
    const phoneCode = event.detail.code ?? ''
    this.setData({
      phoneCode,
      errors: { ...noErrors(FIELDS), whole: phoneCode ? '' : this.data.t.wechatPhoneRefused },
      until: 0,
    })
  },

  onDrop() {
    this.setData({ phoneCode: '', errors: noErrors(FIELDS) })
  },

  async onSend() {
    if (this.data.busy !== '') return
    const phone = checkPhone(this.data.form.phone)
    const errors = fieldErrors(FIELDS, { phone }, texts('common').errors)
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors || phone.value === undefined) return
    const to = phone.value
    await sendCode(this, 'register', to, () => signIn.requestCode('register', to))
  },

  validate(): Errors<Field> | undefined {
    const { form, phoneCode, agreed, t, l } = this.data
    const phone = checkPhone(form.phone)
    const checks = {
      phone: phoneCode ? FINE : phone,
      code: phoneCode ? FINE : checkCode(form.code),
      password: checkNewPassword(form.password, [phone.value ?? '']),
      again: checkRepeated(form.password, form.again),
    }
    let errors = fieldErrors(FIELDS, checks, texts('common').errors)
    if (!phoneCode && !errors && codes.last('register')?.to !== phone.value) {
      errors = { ...noErrors(FIELDS), code: l.codeNotFetched }
    }
    if (!agreed) errors = { ...(errors ?? noErrors(FIELDS)), agree: t.agreeFirst }
    return errors
  },

  /** "This is my new number": sends the form again, unless WeChat's button must be tapped again first. */
  onClaim() {
    this.setData({ claims: true, recycled: false, known: false })
    if (codes.last('register')) void this.onSubmit()
    else this.setData({ 'errors.whole': this.data.t.claimAgain })
  },

  async onSubmit() {
    if (this.data.busy !== '') return
    const errors = this.validate()
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors) return
    this.setData({ busy: 'submit', known: false, recycled: false })
    const { form, phoneCode, claims } = this.data
    try {
      const agreements = await consentTexts.agreements()
      const proof = phoneCode
        ? { phoneCode }
        : {
            phone: checkPhone(form.phone).value ?? '',
            challengeId: codes.last('register')?.challengeId ?? '',
            code: form.code,
          }
      await signIn.register({ ...proof, password: form.password, agreements, ...(claims && { newNumber: true }) })
      codes.forget('register')
      await myAccount.fetch().catch(() => undefined)
      toast(this.data.t.registered)
      home()
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    if (problem.code === 'consent-outdated') {
      consentTexts.forget()
      this.setData({ agreed: false })
    }
    const { phoneCode } = this.data
    const errors = placed(problem, FIELDS, {
      codes: { 'password-own': 'password', 'consent-needed': 'agree', 'consent-outdated': 'agree' },
    })
    this.setData({
      errors,
      until: nextTry(problem, errors, Date.now()),
      known: ['phone-registered', 'wechat-registered', 'phone-maybe-recycled'].includes(problem.code),
      recycled: problem.code === 'phone-maybe-recycled',
      phoneCode: SPENT.has(problem.code) ? '' : phoneCode,
    })
  },

  onLogin() {
    if (getCurrentPages().length > 1) back()
    else replace('/pages/login/index')
  },
})
