import { asProblem } from '../../api/errors'
import { texts } from '../../i18n/index'
import { toast } from '../../platform/ui'
import { consent } from '../../services/consent'
import { consentTexts } from '../../services/consent-texts'

/**
 * Asks the user to agree again after a withdrawal. Only the button agrees; the cross, a tap beside the sheet and
 * leaving the page do not. `done` is fired when the question was answered, either way.
 */
Component({
  properties: {
    visible: { type: Boolean, value: false },
  },

  data: {
    t: texts('login'),
    busy: false,
    problem: '',
    until: 0,
  },

  observers: {
    visible(visible: boolean) {
      if (!visible) return
      this.setData({ t: texts('login'), problem: '', until: 0 })
      consentTexts.load().catch((thrown: unknown) => this.fail(thrown))
    },
  },

  methods: {
    async onYes() {
      if (this.data.busy) return
      this.setData({ busy: true, problem: '', until: 0 })
      try {
        await consent.agree(await consentTexts.agreements())
        toast(texts('account').consentAgreed)
        this.triggerEvent('done', {})
      } catch (thrown) {
        this.fail(thrown)
      }
      this.setData({ busy: false })
    },

    onNo() {
      if (!this.data.busy) this.triggerEvent('done', {})
    },

    fail(thrown: unknown) {
      const problem = asProblem(thrown)
      // The texts have changed since they were shown: the user must see the new ones before agreeing.
      if (problem.code === 'consent-outdated') consentTexts.forget()
      const until = problem.retryAfter === undefined ? 0 : Date.now() + problem.retryAfter * 1000
      this.setData({ problem: problem.message, until })
    },
  },
})
