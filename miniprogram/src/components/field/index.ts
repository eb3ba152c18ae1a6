import { texts } from '../../i18n/index'

/**
 * One line of a form: a label, an input and its error. `change` is fired for every keystroke, `confirm` for the key of the
 * keyboard that ends the input. The slot `after` is for content at the end of the line.
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
    /** A hint, shown while there is no error. */
    help: { type: String, value: '' },
    /** The type of the keyboard's confirm key: next, done, go … */
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
