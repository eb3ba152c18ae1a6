import { fill, texts } from '../../i18n/index'
import { after, type Stop } from '../../platform/timers'

/** The running countdowns, by component. */
const timers = new WeakMap<object, Stop>()

/** Whole seconds left until then. */
function secondsUntil(time: number): number {
  return Math.max(0, Math.ceil((time - Date.now()) / 1000))
}

/**
 * Six digits, and the button that requests them. The page sends the request at `send`, and says with `next-at` (the phone's
 * clock, ms) when another code may be requested, so that the countdown continues when the page is opened again.
 */
Component({
  properties: {
    value: { type: String, value: '' },
    error: { type: String, value: '' },
    help: { type: String, value: '' },
    nextAt: { type: Number, value: 0 },
    /** Whether a code was requested before. */
    again: { type: Boolean, value: false },
    /** A request for a code is under way. */
    busy: { type: Boolean, value: false },
    last: { type: Boolean, value: false },
  },

  data: {
    t: texts('login'),
    seconds: 0,
    word: '',
  },

  observers: {
    'nextAt, busy, again'() {
      this.tick()
    },
  },

  lifetimes: {
    attached() {
      this.setData({ t: texts('login') })
      this.tick()
    },
    detached() {
      this.stop()
    },
  },

  pageLifetimes: {
    show() {
      this.setData({ t: texts('login') })
      this.tick()
    },
    hide() {
      this.stop()
    },
  },

  methods: {
    /** Shows the seconds left and repeats every second until none are left. */
    tick() {
      this.stop()
      const { t, busy, again, nextAt } = this.data
      const seconds = secondsUntil(nextAt)
      const word = busy
        ? t.codeSending
        : seconds > 0
          ? fill(t.codeWait, { seconds })
          : again
            ? t.getCodeAgain
            : t.getCode
      if (word !== this.data.word || seconds !== this.data.seconds) this.setData({ word, seconds })
      if (seconds > 0) {
        timers.set(
          this,
          after(1000, () => this.tick()),
        )
      }
    },
    stop() {
      timers.get(this)?.()
      timers.delete(this)
    },
    onChange(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
      this.triggerEvent('change', { value: event.detail.value.replace(/\D/g, '').slice(0, 6) })
    },
    onConfirm() {
      this.triggerEvent('confirm', {})
    },
    send() {
      if (!this.data.busy && secondsUntil(this.data.nextAt) === 0) this.triggerEvent('send', {})
    },
  },
})
