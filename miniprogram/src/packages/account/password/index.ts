import { asProblem } from '../../../api/errors'
import { codeShown, sendCode } from '../../../components/code-field/send'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../../domain/form'
import { type Checked, checkCode, checkNewPassword, checkRepeated } from '../../../domain/validate'
import { texts } from '../../../i18n/index'
import { back, open, title, toast } from '../../../platform/ui'
import { codes } from '../../../services/codes'
import { type Account, myAccount } from '../../../services/my-account'
import { session } from '../../../services/session'
import { settings } from '../../../services/settings'

const FIELDS = ['old', 'code', 'password', 'again'] as const
type Field = (typeof FIELDS)[number]

const FINE: Checked = { value: '' }

Page({
  data: {
    t: texts('account'),
    look: '',
    hasPassword: true,
    /** The account has no password, and no phone or address to send a code to. */
    phoneMissing: false,
    form: { old: '', code: '', password: '', again: '' } as Record<Field, string>,
    errors: noErrors(FIELDS) as Errors<Field>,
    until: 0,
    busy: '' as '' | 'submit' | 'code',
    sent: '',
    nextAt: 0,
  },

  onShow() {
    const state = session.state()
    if (state.signedIn && state.account) this.show(state.account)
    else this.showWords()
    this.showSent()
    myAccount.fetch().then(
      (account) => this.show(account),
      () => undefined,
    )
  },

  show(account: Account) {
    const { hasPassword, phone, email } = account
    this.setData({ hasPassword, phoneMissing: !hasPassword && !phone && !email })
    this.showWords()
  },

  showWords() {
    const t = texts('account')
    title(t.navTitle)
    this.setData({ t, look: settings.look() })
  },

  showSent() {
    this.setData(codeShown('password', 'own', texts('login').codeSent))
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: Field }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
  },

  async onSend() {
    if (this.data.busy !== '') return
    this.setData({ errors: noErrors(FIELDS), until: 0 })
    await sendCode(this, 'password', 'own', () => myAccount.requestCode({ purpose: 'confirm', act: 'password' }))
  },

  validate(): Errors<Field> | undefined {
    const { form, hasPassword } = this.data
    const words = texts('common').errors
    const checks = {
      code: hasPassword ? FINE : checkCode(form.code),
      password: checkNewPassword(form.password),
      again: checkRepeated(form.password, form.again),
    }
    let errors = fieldErrors(FIELDS, checks, words)
    if (hasPassword && form.old === '')
      errors = { ...(errors ?? noErrors(FIELDS)), old: this.data.t.oldPasswordMissing }
    if (!hasPassword && !errors && !codes.last('password')) {
      errors = { ...noErrors(FIELDS), code: texts('login').codeNotFetched }
    }
    return errors
  },

  async onSubmit() {
    if (this.data.busy !== '') return
    const errors = this.validate()
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors) return
    this.setData({ busy: 'submit' })
    const { form, hasPassword, t } = this.data
    try {
      const challengeId = codes.last('password')?.challengeId ?? ''
      const proof = hasPassword ? { password: form.old } : { challengeId, code: form.code }
      await myAccount.changePassword(proof, form.password)
      codes.forget('password')
      toast(hasPassword ? t.passwordChanged : t.passwordWasSet)
      back()
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    if (problem.code === 'nothing-on-file') this.setData({ phoneMissing: true })
    if (problem.code === 'old-password-needed') this.setData({ hasPassword: true })
    const errors = placed(problem, FIELDS, {
      fields: { newPassword: 'password', 'proof.password': 'old', 'proof.code': 'code' },
      codes: {
        'password-own': 'password',
        'old-password-needed': 'old',
        'proof-refused': this.data.hasPassword ? 'old' : 'code',
      },
    })
    this.setData({ errors, until: nextTry(problem, errors, Date.now()) })
  },

  onPhone() {
    open('/packages/account/contact/index?kind=phone')
  },

  onForgot() {
    open('/packages/account/forgot/index')
  },
})
