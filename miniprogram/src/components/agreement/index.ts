import { asProblem } from '../../api/errors'
import { fill, texts } from '../../i18n/index'
import { toast } from '../../platform/ui'
import type { ConsentPurpose } from '../../services/consent-api'
import { consentTexts, withoutTitle } from '../../services/consent-texts'

/** "I have read and agree", with links to the texts. `change` carries whether it is ticked. */
Component({
  properties: {
    checked: { type: Boolean, value: false },
    error: { type: String, value: '' },
    /** Only the links, without the tick box, next to a button that agrees. */
    plain: { type: Boolean, value: false },
  },

  data: {
    t: texts('login'),
    reading: false,
    title: '',
    version: '',
    body: '',
  },

  lifetimes: {
    attached() {
      this.setData({ t: texts('login') })
    },
  },

  pageLifetimes: {
    show() {
      this.setData({ t: texts('login') })
    },
  },

  methods: {
    toggle() {
      this.triggerEvent('change', { value: !this.data.checked })
    },

    async read(event: WechatMiniprogram.CustomEvent) {
      const { purpose } = event.currentTarget.dataset as { purpose: ConsentPurpose }
      try {
        const text = (await consentTexts.load()).find((one) => one.purpose === purpose)
        if (text === undefined) return
        const { title, version, body } = text
        this.setData({
          reading: true,
          title,
          version: fill(this.data.t.version, { version }),
          body: withoutTitle(body),
        })
      } catch (thrown) {
        toast(asProblem(thrown).message)
      }
    },

    close() {
      this.setData({ reading: false })
    },
  },
})
