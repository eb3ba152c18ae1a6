import { fill, texts } from '../../i18n/index'
import { after, type Stop } from '../../platform/timers'

/** The running countdowns, by component. */
const timers = new WeakMap<object, Stop>()

function clock(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes >= 60
    ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`
}

/** The error of a whole form, and a countdown to the next possible attempt if the server gave one. */
Component({
  properties: {
    message: { type: String, value: '' },
    /** By the phone's clock, ms; 0: now. */
    until: { type: Number, value: 0 },
  },

  data: {
    wait: '',
  },

  observers: {
    'message, until'() {
      this.tick()
    },
  },

  lifetimes: {
    detached() {
      timers.get(this)?.()
    },
  },

  pageLifetimes: {
    show() {
      this.tick()
    },
    hide() {
      timers.get(this)?.()
    },
  },

  methods: {
    tick() {
      timers.get(this)?.()
      const seconds = Math.ceil((this.data.until - Date.now()) / 1000)
      const wait = seconds > 0 ? fill(texts('login').lockedFor, { time: clock(seconds) }) : ''
      if (wait !== this.data.wait) this.setData({ wait })
      if (seconds > 0) {
        timers.set(
          this,
          after(1000, () => this.tick()),
        )
      }
    },
  },
})
