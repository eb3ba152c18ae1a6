import type { BuiltIn, Host, Properties } from './define'
import { reflect } from './define'

type Field = HTMLInputElement | HTMLTextAreaElement

const properties: Properties = {
  value: { type: String, value: '' },
  type: String,
  password: null,
  placeholder: String,
  placeholderStyle: String,
  placeholderClass: String,
  disabled: null,
  maxlength: { type: Number, value: 140 },
  cursorSpacing: Number,
  focus: null,
  autoFocus: null,
  confirmType: String,
  confirmHold: null,
  alwaysEmbed: null,
  cursor: Number,
  cursorColor: String,
  selectionStart: Number,
  selectionEnd: Number,
  adjustPosition: null,
  holdKeyboard: null,
  safePasswordCertPath: String,
  safePasswordLength: Number,
  safePasswordTimeStamp: Number,
  safePasswordNonce: String,
  safePasswordSalt: String,
  safePasswordCustomHash: String,
  name: String,
  autoHeight: null,
  fixed: null,
  showConfirmBar: null,
  disableDefaultPadding: null,
}

const KEYBOARDS: Record<string, string> = { number: 'numeric', digit: 'decimal' }

const textOf = (field: Field) => ({ value: field.value, cursor: field.selectionStart ?? field.value.length })

/** Hands on an event of the browser under WeChat's name; the framework must not see it as well. */
function forward(host: Host, type: string, detail: () => unknown): void {
  const hand = (event: Event) => {
    event.stopImmediatePropagation()
    host.triggerEvent(type, detail(), {})
  }
  host.$$.addEventListener(type, hand, { capture: true })
}

/** <input> and <textarea>. */
export const field = (tag: 'input' | 'textarea'): BuiltIn => ({
  properties,
  observers: {
    value(value: unknown) {
      const text = String(value ?? '')
      if ((this.$$ as Field).value !== text) (this.$$ as Field).value = text
    },
    placeholder(text: string) {
      ;(this.$$ as Field).placeholder = text ?? ''
    },
    disabled(disabled: unknown) {
      ;(this.$$ as Field).disabled = Boolean(disabled)
    },
    maxlength(length: number) {
      reflect(this.$$, 'maxlength', length >= 0 ? length : undefined)
    },
    'type, password'(type: string, password: unknown) {
      if (tag === 'input')
        (this.$$ as HTMLInputElement).type = password || type === 'safe-password' ? 'password' : 'text'
      this.$$.inputMode = KEYBOARDS[type] ?? 'text'
    },
    focus(focus: unknown) {
      if (focus) setTimeout(() => this.$$.focus())
    },
    name(name: string) {
      reflect(this.$$, 'name', name)
    },
  },
  created(element) {
    const input = element as Field
    input.autocomplete = 'off'
    forward(this, 'input', () => ({ ...textOf(input), keyCode: 0 }))
    forward(this, 'focus', () => ({ value: input.value, height: 0 }))
    forward(this, 'blur', () => textOf(input))
    // WeChat's own fields have no `change`; TDesign's have one, which must not be mixed with the browser's
    element.addEventListener('change', (event) => event.stopImmediatePropagation(), { capture: true })
    element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && tag === 'input') this.triggerEvent('confirm', textOf(input), {})
    })
  },
})
