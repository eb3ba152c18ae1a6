import type { Unsubscribe } from '../../domain/events'
import { texts } from '../../i18n/index'
import { type Decide, privacy } from '../../platform/privacy'
import type { ConsentPurpose } from '../../services/consent-api'
import { consentTexts } from '../../services/consent-texts'

const BUTTON = 'privacy-agree'
const purposes: ConsentPurpose[] = ['terms', 'privacy']

/** The pending privacy decision and the subscription of each dialog. */
interface Own {
  decide?: Decide
  leave?: Unsubscribe
}

const owns = new WeakMap<object, Own>()

function own(component: object): Own {
  let found = owns.get(component)
  if (!found) {
    found = {}
    owns.set(component, found)
  }
  return found
}

/**
 * Asks for consent to use personal information: when WeChat needs the answer, and on the first start
 * (`first`). Until then nothing is sent, except requests for the texts when they are opened. Fires `agreed`.
 */
Component({
  properties: {
    /** Ask now if the user has not answered yet. */
    first: { type: Boolean, value: false },
  },
  data: {
    t: texts('home'),
    purposes,
    shown: false,
    disagreed: false,
    /** The text that is shown; '' for the summary. */
    reading: '' as ConsentPurpose | '',
    body: '',
    failed: false,
  },
  observers: {
    first(first: boolean) {
      if (first) this.show()
    },
  },
  lifetimes: {
    attached() {
      this.listen()
    },
    detached() {
      this.leave()
      owns.delete(this)
    },
  },
  pageLifetimes: {
    show() {
      this.listen()
    },
    hide() {
      this.leave()
    },
  },
  methods: {
    listen() {
      const mine = own(this)
      mine.leave ??= privacy.onNeeded((decide) => {
        mine.decide = decide
        this.show()
      })
    },

    /** A pending question counts as refused. */
    leave() {
      const mine = own(this)
      mine.leave?.()
      mine.leave = undefined
      if (mine.decide) this.setData({ shown: false })
      mine.decide = undefined
    },

    show() {
      this.setData({ t: texts('home'), shown: true, disagreed: false, reading: '' })
    },

    onAgree() {
      const mine = own(this)
      mine.decide?.({ agreed: true, buttonId: BUTTON })
      mine.decide = undefined
      this.setData({ shown: false })
      this.triggerEvent('agreed')
    },

    /** On the first start the app cannot be used without consent; elsewhere only the action that needed it is refused. */
    onDisagree() {
      const mine = own(this)
      mine.decide?.({ agreed: false })
      mine.decide = undefined
      this.setData(this.data.first ? { disagreed: true } : { shown: false })
    },

    async onRead(event: WechatMiniprogram.TouchEvent) {
      const { purpose } = event.currentTarget.dataset as { purpose: ConsentPurpose }
      this.setData({ reading: purpose, body: '', failed: false })
      try {
        const found = (await consentTexts.load()).find((text) => text.purpose === purpose)
        if (this.data.reading === purpose) this.setData(found ? { body: found.body } : { failed: true })
      } catch {
        if (this.data.reading === purpose) this.setData({ failed: true })
      }
    },

    onBack() {
      this.setData({ reading: '' })
    },

    /** Stops touches from scrolling the page beneath. */
    onNothing() {},
  },
})
