import { texts } from '../../i18n/index'

/** The result of an unlock request; '' hides the overlay. */
export type ResultKind = '' | 'working' | 'opened' | 'silent' | 'refused'

/** The result of an unlock request, large and in the middle, with a link to help where the door did not open. */
Component({
  properties: {
    kind: { type: String, value: '' as ResultKind },
    title: { type: String, value: '' },
    door: { type: String, value: '' },
    text: { type: String, value: '' },
  },
  data: {
    t: texts('home'),
  },
  observers: {
    kind(kind: string) {
      if (kind) this.setData({ t: texts('home') })
    },
  },
  methods: {
    onClose() {
      this.triggerEvent('close')
    },

    onHelp() {
      this.triggerEvent('help')
    },

    /** Stops touches from scrolling the page beneath. */
    onNothing() {},
  },
})
