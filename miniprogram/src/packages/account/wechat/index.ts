import { asProblem, type Problem } from '../../../api/errors'
import { texts } from '../../../i18n/index'
import { open, title, toast } from '../../../platform/ui'
import { type Account, myAccount } from '../../../services/my-account'
import { session } from '../../../services/session'
import { settings } from '../../../services/settings'
import { type ProofForm, type ProofWay, proofForm, waysOf } from '../components/proof/form'

/** '' shows the state; the other values ask for proofs before an action. */
type Step = '' | 'prove' | 'unlink' | 'move'

/** 互通: linking WeChat, unlinking it, and moving it here from another account. */
Page({
  data: {
    t: texts('account'),
    look: '',
    linked: false,
    step: '' as Step,
    ways: [] as ProofWay[],
    /** The proofs that the account losing the WeChat user offers. */
    others: ['password', 'code'] as ProofWay[],
    ticket: '',
    problem: '',
    until: 0,
    /** WeChat is the only way to log in. */
    lastWay: false,
    busy: false,
  },

  onShow() {
    const t = texts('account')
    title(t.wechatTitle)
    this.setData({ t, look: settings.look() })
    const state = session.state()
    if (state.signedIn) this.setData({ linked: state.wechatLinked })
    if (state.signedIn && state.account) this.show(state.account)
    myAccount.fetch().then(
      (account) => this.show(account),
      (thrown) => this.fail(asProblem(thrown)),
    )
  },

  show(account: Account) {
    this.setData({ linked: account.wechatLinked, ways: waysOf(account) })
  },

  proof(id: string): ProofForm | undefined {
    return proofForm(this.selectComponent(id))
  },

  onAskUnlink() {
    this.setData({ step: 'unlink', problem: '', lastWay: false })
  },

  onCancel() {
    this.setData({ step: '', ticket: '', problem: '', until: 0 })
  },

  /** Runs one action at a time and shows its error. */
  async once(act: () => Promise<void>) {
    if (this.data.busy) return
    this.setData({ busy: true, problem: '', until: 0, lastWay: false })
    try {
      await act()
    } catch (thrown) {
      this.fail(asProblem(thrown))
    }
    this.setData({ busy: false })
  },

  onLink() {
    void this.once(async () => {
      const form = this.data.step === 'prove' ? this.proof('#proof') : undefined
      const proof = await form?.take()
      if (form !== undefined && proof === undefined) return
      const { linked, ticket } = await myAccount.linkWechat(proof)
      if (linked) this.done(this.data.t.wechatLinkDone)
      else this.setData({ step: 'move', ticket: ticket ?? '' })
    })
  },

  onUnlink() {
    void this.once(async () => {
      const proof = await this.proof('#proof')?.take()
      if (proof === undefined) return
      await myAccount.unlinkWechat(proof)
      this.done(this.data.t.wechatUnlinkDone)
    })
  },

  onMove() {
    void this.once(async () => {
      const proof = await this.proof('#proof')?.take()
      const othersProof = await this.proof('#others-proof')?.take()
      if (proof === undefined || othersProof === undefined) return
      await myAccount.moveWechat({ ticket: this.data.ticket, proof, othersProof })
      this.done(this.data.t.wechatMoveDone)
    })
  },

  done(word: string) {
    const state = session.state()
    this.setData({ step: '', ticket: '', linked: state.signedIn && state.wechatLinked })
    if (state.signedIn && state.account) this.show(state.account)
    toast(word)
  },

  fail(problem: Problem) {
    const { step } = this.data
    if (problem.code === 'proof-needed' && step === '') return this.setData({ step: 'prove' })
    if (problem.code === 'wechat-move-expired') this.setData({ step: '', ticket: '' })
    // The server does not say which of the two proofs was wrong, so the error is shown above both.
    if (step !== 'move' && this.proof('#proof')?.refuse(problem)) return
    const until = problem.retryAfter === undefined ? 0 : Date.now() + problem.retryAfter * 1000
    this.setData({ problem: problem.message, until, lastWay: problem.code === 'last-way-in' })
  },

  onPhone() {
    open('/packages/account/contact/index?kind=phone')
  },
})
