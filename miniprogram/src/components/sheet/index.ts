import { texts } from '../../i18n/index'

/**
 * A sheet over the lower part of the page; buttons go into the slot `foot`. `close` is fired by the cross and by a tap
 * beside the sheet.
 */
Component({
  options: { multipleSlots: true },

  properties: {
    visible: { type: Boolean, value: false },
    title: { type: String, value: '' },
    /** Always as high as possible, for lists that grow and shrink. */
    tall: { type: Boolean, value: false },
  },

  data: {
    t: texts('login'),
  },

  observers: {
    visible(visible: boolean) {
      if (visible) this.setData({ t: texts('login') })
    },
  },

  methods: {
    close() {
      this.triggerEvent('close', {})
    },
    /** Stops touches from scrolling the page beneath. */
    still() {},
  },
})
