import { texts } from '../../i18n/index'

/**
 * One line of a form: a label, an input, what is wrong with it. `change` tells every keystroke, `confirm` the key of the
 * keyboard that ends it. What stands at the end of the line goes into the slot `after`.
 */
Component({
  options: { multipleSlots: true },

  properties: {
    label: { type: String, value: '' },
    value: { type: String, value: '' },
    /** As of the built-in input: text, number, idcard … */
    type: { type: String, value: 'text' },
    placeholder: { type: String, value: '' },
    maxlength: { type: Number, value: 64 },
    /** Hides what is typed, and offers to show it. */
    secret: { type: Boolean, value: false },
    disabled: { type: Boolean, value: false },
    error: { type: String, value: '' },
    /** A word of advice, while nothing is wrong. */
    help: { type: String, value: '' },
    /** What the key of the keyboard says: next, done, go … */
    confirmType: { type: String, value: 'done' },
    last: { type: Boolean, value: false },
  },

  data: {
    t: texts('login'),
    shown: false,
    focused: false,
  },

  lifetimes: {
    attached() {
      this.setData({ t: texts('login') })
    },
  },

  methods: {
    onInput(event: WechatMiniprogram.Input) {
      this.triggerEvent('change', { value: event.detail.value })
    },
    onFocus() {
      this.setData({ focused: true })
    },
    onBlur() {
      this.setData({ focused: false })
      this.triggerEvent('leave', {})
    },
    onConfirm() {
      this.triggerEvent('confirm', {})
    },
    clear() {
      this.triggerEvent('change', { value: '' })
    },
    toggle() {
      this.setData({ shown: !this.data.shown })
    },
  },
})
