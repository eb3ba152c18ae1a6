import { asProblem } from '../../../api/errors'
import { codeShown, sendCode } from '../../../components/code-field/send'
import { type Errors, fieldErrors, nextTry, noErrors, placed } from '../../../domain/form'
import { checkCode, checkIdentifier, checkNewPassword, checkRepeated } from '../../../domain/validate'
import { texts } from '../../../i18n/index'
import { title, toLogin } from '../../../platform/ui'
import { codes } from '../../../services/codes'
import { session } from '../../../services/session'
import { settings } from '../../../services/settings'
import { signIn } from '../../../services/sign-in'

const FIELDS = ['identifier', 'code', 'password', 'again'] as const
type Field = (typeof FIELDS)[number]

Page({
  data: {
    t: texts('account'),
    l: texts('login'),
    look: '',
    form: { identifier: '', code: '', password: '', again: '' } as Record<Field, string>,
    errors: noErrors(FIELDS) as Errors<Field>,
    until: 0,
    busy: '' as '' | 'submit' | 'code',
    sent: '',
    nextAt: 0,
    done: false,
  },

  onLoad(query: Record<string, string | undefined>) {
    this.setData({ 'form.identifier': decodeURIComponent(query.identifier ?? '') })
  },

  onShow() {
    const t = texts('account')
    title(t.navTitle)
    const identifier = this.data.form.identifier || (codes.last('reset')?.to ?? '')
    this.setData({ t, l: texts('login'), look: settings.look(), 'form.identifier': identifier })
    this.showSent()
  },

  showSent() {
    const { form, t } = this.data
    this.setData(codeShown('reset', checkIdentifier(form.identifier).value ?? form.identifier, t.resetSent))
  },

  onField(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const { field } = event.currentTarget.dataset as { field: Field }
    this.setData({ [`form.${field}`]: event.detail.value, [`errors.${field}`]: '' })
    if (field === 'identifier') this.showSent()
  },

  async onSend() {
    if (this.data.busy !== '') return
    const identifier = checkIdentifier(this.data.form.identifier)
    const errors = fieldErrors(FIELDS, { identifier }, texts('common').errors)
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    if (errors || identifier.value === undefined) return
    const to = identifier.value
    await sendCode(this, 'reset', to, () => signIn.requestCode('reset', to))
  },

  validate(): Errors<Field> | undefined {
    const { form } = this.data
    const identifier = checkIdentifier(form.identifier)
    const checks = {
      identifier,
      code: checkCode(form.code),
      password: checkNewPassword(form.password, [identifier.value ?? '']),
      again: checkRepeated(form.password, form.again),
    }
    const errors = fieldErrors(FIELDS, checks, texts('common').errors)
    if (!errors && codes.last('reset')?.to !== identifier.value) {
      return { ...noErrors(FIELDS), code: texts('login').codeNotFetched }
    }
    return errors
  },

  async onSubmit() {
    if (this.data.busy !== '') return
    const errors = this.validate()
    this.setData({ errors: errors ?? noErrors(FIELDS), until: 0 })
    const last = codes.last('reset')
    if (errors || last === undefined) return
    this.setData({ busy: 'submit' })
    const { code, password } = this.data.form
    try {
      await signIn.resetPassword({ identifier: last.to, challengeId: last.challengeId, code, password })
      codes.forget('reset')
      this.setData({ done: true, busy: '', form: { identifier: '', code: '', password: '', again: '' } })
    } catch (thrown) {
      this.fail(thrown)
      this.setData({ busy: '' })
    }
  },

  fail(thrown: unknown) {
    const problem = asProblem(thrown)
    const errors = placed(problem, FIELDS, { codes: { 'password-own': 'password', 'phone-too-old': 'identifier' } })
    this.setData({ errors, until: nextTry(problem, errors, Date.now()) })
  },

  /** All sign-ins have ended, including this phone's. */
  async onLogin() {
    if (session.state().signedIn) await session.logout()
    toLogin()
  },
})
