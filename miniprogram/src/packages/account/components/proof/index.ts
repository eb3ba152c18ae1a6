import { asProblem, type Problem } from '../../../../api/errors'
import { codeShown } from '../../../../components/code-field/send'
import { checkCode } from '../../../../domain/validate'
import { texts } from '../../../../i18n/index'
import { codes } from '../../../../services/codes'
import { myAccount, type Proof } from '../../../../services/my-account'
import type { ProofWay } from './form'

const OF_PROOF = /^(proof-|code-|too-many-passwords|wrong-credentials|nothing-on-file|wechat-refused)/

/** Asks for proof of identity by password, code or WeChat; the user picks one of `allowed`. */
Component({
  properties: {
    title: { type: String, value: '' },
    /** The ways to offer. */
    allowed: { type: Array, value: [] as ProofWay[] },
    /** The act to be proved: `wechat`, `phone`, `email`, `closing`; `move` for the account that the WeChat user leaves. */
    act: { type: String, value: 'wechat' },
    /** For `move`: the server's ticket. */
    ticket: { type: String, value: '' },
    passwordLabel: { type: String, value: '' },
  },

  data: {
    t: texts('account'),
    ways: [] as { id: ProofWay; name: string }[],
    way: '' as ProofWay | '',
    password: '',
    code: '',
    error: '',
    sent: '',
    nextAt: 0,
    busy: false,
  },

  observers: {
    allowed(allowed: ProofWay[]) {
      const t = texts('account')
      const names = { password: t.proofByPassword, code: t.proofByCode, wechat: t.proofByWechat }
      const ways = allowed.map((id) => ({ id, name: names[id] }))
      const way = allowed.find((id) => id === this.data.way) ?? allowed[0] ?? ''
      this.setData({ t, ways, way })
      this.showSent()
    },
  },

  pageLifetimes: {
    show() {
      this.setData({ t: texts('account') })
      this.showSent()
    },
  },

  methods: {
    showSent() {
      this.setData(codeShown(`proof-${this.data.act}`, 'own', texts('login').codeSent))
    },

    onWay(event: WechatMiniprogram.TouchEvent) {
      const { way } = event.currentTarget.dataset as { way: ProofWay }
      this.setData({ way, error: '' })
    },

    onPassword(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
      this.setData({ password: event.detail.value, error: '' })
    },

    onCode(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
      this.setData({ code: event.detail.value, error: '' })
    },

    onConfirm() {
      this.triggerEvent('confirm', {})
    },

    async onSend() {
      if (this.data.busy) return
      const { act, ticket } = this.data
      this.setData({ busy: true, error: '', code: '' })
      try {
        await codes.ask(`proof-${act}`, 'own', () =>
          myAccount.requestCode(
            act === 'move'
              ? { purpose: 'move_wechat', ticket }
              : { purpose: 'confirm', act: act as 'wechat' | 'phone' | 'email' | 'closing' | 'password' },
          ),
        )
      } catch (thrown) {
        this.setData({ error: asProblem(thrown).message })
      }
      this.setData({ busy: false })
      this.showSent()
    },

    async take(): Promise<Proof | undefined> {
      const { way, password, code, act } = this.data
      const words = texts('common').errors
      if (way === 'password') {
        if (password !== '') return { password }
        this.setData({ error: words['password-empty'] })
      } else if (way === 'code') {
        const last = codes.last(`proof-${act}`)
        const checked = checkCode(code)
        if (last && checked.value !== undefined) return { challengeId: last.challengeId, code: checked.value }
        this.setData({ error: checked.error ? words[checked.error] : texts('login').codeNotFetched })
      } else if (way === 'wechat') {
        try {
          return await myAccount.wechatProof()
        } catch (thrown) {
          this.setData({ error: asProblem(thrown).message })
        }
      }
      return undefined
    },

    refuse(problem: Problem): boolean {
      if (!OF_PROOF.test(problem.code)) return false
      this.setData({ error: problem.message })
      return true
    },
  },
})
