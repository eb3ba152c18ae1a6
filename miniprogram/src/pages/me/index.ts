import { asProblem } from '../../api/errors'
import { date } from '../../domain/format'
import { fill, texts } from '../../i18n/index'
import { ask, copy, open, title, toast, toLogin } from '../../platform/ui'
import { consent } from '../../services/consent'
import { type Account, myAccount } from '../../services/my-account'
import { notice } from '../../services/notice'
import { session } from '../../services/session'
import { type Language, settings } from '../../services/settings'

/** An account as shown. */
interface Shown {
  number: string
  phone: string
  email: string
  hasPassword: boolean
  wechatLinked: boolean
  eraseAt: string
  consentsDue: boolean
  consentsWithdrawn: boolean
}

const NOBODY: Shown = {
  number: '',
  phone: '',
  email: '',
  hasPassword: true,
  wechatLinked: false,
  eraseAt: '',
  consentsDue: false,
  consentsWithdrawn: false,
}

function shown(account: Account): Shown {
  const { number, phone, email, hasPassword, wechatLinked, eraseAt, consentsDue } = account
  return {
    number,
    phone: phone ?? '',
    email: email ?? '',
    hasPassword,
    wechatLinked,
    eraseAt: date(eraseAt),
    consentsDue: consentsDue.length > 0,
    consentsWithdrawn: consent.withdrawn(),
  }
}

/** The account, the settings of this phone, help, and signing out. */
Page({
  data: {
    t: texts('me'),
    look: '',
    signedIn: false,
    account: NOBODY,
    closing: '',
    problem: '',
    /** There is an unread notice. */
    news: false,
    settings: settings.current(),
    languages: [
      { id: 'zh', name: '中文' },
      { id: 'en', name: 'English' },
    ] as { id: Language; name: string }[],
    busy: false,
  },

  onShow() {
    this.dress()
    const state = session.state()
    this.setData({ signedIn: state.signedIn })
    if (!state.signedIn) return
    if (state.account) this.show(state.account)
    this.setData({ news: notice.news() !== undefined })
    void this.load()
  },

  /** Applies language and text size. */
  dress() {
    const t = texts('me')
    title(t.pageTitle)
    this.setData({ t, look: settings.look(), settings: settings.current() })
  },

  async load() {
    try {
      this.show(await myAccount.fetch())
      this.setData({ problem: '' })
    } catch (thrown) {
      const problem = asProblem(thrown)
      this.setData({ problem: problem.offline && this.data.account.number ? this.data.t.offline : problem.message })
    }
  },

  show(account: Account) {
    const closing = account.eraseAt ? fill(this.data.t.closing, { date: date(account.eraseAt) }) : ''
    this.setData({ account: shown(account), closing })
  },

  onRetry() {
    void this.load()
  },

  async onCopy() {
    if (await copy(this.data.account.number)) toast(this.data.t.copied)
  },

  onSetting(event: WechatMiniprogram.CustomEvent<{ value: boolean }>) {
    const { setting } = event.currentTarget.dataset as { setting: 'large' | 'shake' }
    settings.change({ [setting]: event.detail.value })
    this.dress()
  },

  onLanguage(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: Language }
    settings.change({ language: id })
    this.dress()
    const state = session.state()
    if (state.signedIn && state.account) this.show(state.account)
  },

  onLogin() {
    open('/pages/login/index')
  },

  onPassword() {
    open('/packages/account/password/index')
  },

  onPhone() {
    open('/packages/account/contact/index?kind=phone')
  },

  onEmail() {
    open('/packages/account/contact/index?kind=email')
  },

  onWechat() {
    open('/packages/account/wechat/index')
  },

  onSessions() {
    open('/packages/account/sessions/index')
  },

  onNotices() {
    open('/packages/account/notices/index')
  },

  onPrivacy() {
    open('/packages/account/privacy/index')
  },

  onCards() {
    open('/packages/card/list/index')
  },

  onHelp() {
    open('/packages/help/index/index')
  },

  async onLogout() {
    const { t, busy } = this.data
    if (busy) return
    const question = { title: t.logoutTitle, text: t.logoutAsk, yes: t.logout, no: t.cancel, danger: true }
    if (!(await ask(question))) return
    this.setData({ busy: true })
    await session.logout()
    toast(t.logoutDone)
    toLogin()
  },
})
