import { asProblem } from '../../../api/errors'
import { age, dateMinute } from '../../../domain/format'
import { fill, texts } from '../../../i18n/index'
import { ask, title, toast, toLogin } from '../../../platform/ui'
import { session } from '../../../services/session'
import { settings } from '../../../services/settings'
import { type SignIn, signIns } from '../../../services/sign-ins'

/** A sign-in as it is shown. */
interface Shown {
  id: string
  device: string
  current: boolean
  seen: string
  since: string
  method: string
  label: string
}

function shown(one: SignIn): Shown {
  const t = texts('account')
  const methods = {
    wechat: t.methodWechat,
    password: t.methodPassword,
    sms: t.methodSms,
    registration: t.methodRegistration,
    operator: t.methodOperator,
  }
  const device = one.device || t.sessionUnknown
  return {
    id: one.id,
    device,
    current: one.current,
    seen: fill(t.sessionSeen, { age: age(one.seenAt, Date.now(), texts('common')) }),
    since: fill(t.sessionSince, { date: dateMinute(one.createdAt) }),
    method: one.method ? fill(t.sessionMethod, { method: methods[one.method] }) : '',
    label: fill(t.sessionEndLabel, { device }),
  }
}

/** The sign-ins of the account on all phones. */
Page({
  data: {
    t: texts('account'),
    look: '',
    items: [] as Shown[],
    problem: '',
    /** The sign-in that is being ended. */
    ending: '',
  },

  onShow() {
    const t = texts('account')
    title(t.sessionsTitle)
    this.setData({ t, look: settings.look() })
    void this.load()
  },

  async load() {
    this.setData({ problem: '' })
    try {
      const all = await signIns.list()
      const order = [...all].sort((a, b) => Number(b.current) - Number(a.current) || b.seenAt.localeCompare(a.seenAt))
      this.setData({ items: order.map(shown) })
    } catch (thrown) {
      this.setData({ problem: asProblem(thrown).message })
    }
  },

  async onEnd(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: string }
    const one = this.data.items.find((item) => item.id === id)
    if (one === undefined || this.data.ending !== '') return
    const { t } = this.data
    const text = one.current ? t.sessionHereAsk : fill(t.sessionEndAsk, { device: one.device })
    const question = { title: t.sessionEndTitle, text, yes: t.sessionEnd, no: t.cancel, danger: true }
    if (!(await ask(question))) return
    this.setData({ ending: id, problem: '' })
    try {
      if (one.current) {
        await session.logout()
        toLogin()
        return
      }
      await signIns.end(id)
      this.setData({ items: this.data.items.filter((item) => item.id !== id) })
      toast(t.sessionEndDone)
    } catch (thrown) {
      this.setData({ problem: asProblem(thrown).message })
    }
    this.setData({ ending: '' })
  },
})
