import { texts } from '../../i18n/index'

/** What came of asking a door to open; '' hides it. */
export type ResultKind = '' | 'working' | 'opened' | 'silent' | 'refused'

/** What came of asking a door to open, large and in the middle, with the way to help where it did not open. */
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

    /** What lies beneath does not scroll. */
    onNothing() {},
  },
})
