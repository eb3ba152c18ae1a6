/** The state of a running countdown. */
interface Run {
  timer: ReturnType<typeof setTimeout>
  /** A time at which the ring is empty, ms; it is empty again after every step. */
  anchor: number
  step: number
}

const runs = new WeakMap<object, Run>()
/** A ring that is off by less than this is not restarted, ms. */
const SLACK = 50

/** Whether the running animation matches the time. */
function inPhase(run: Run | undefined, until: number, step: number): run is Run {
  if (run?.step !== step) return false
  const behind = (((until - run.anchor) % step) + step) % step
  return Math.min(behind, step - behind) < SLACK
}

/**
 * A ring that empties until the next code, and the seconds left. It has its own timer so that the page needs no setData:
 * one setData of a number each second; the ring is animated by the style sheet.
 */
Component({
  properties: {
    /** When the code changes, by the phone's clock, ms; 0 stops the countdown. */
    until: { type: Number, value: 0 },
    /** How long a code is shown, ms. */
    step: { type: Number, value: 15000 },
    /** The unit after the number. */
    word: { type: String, value: '' },
  },
  data: {
    left: 0,
    turn: 'a',
    motion: '',
  },
  observers: {
    'until, step'() {
      this.restart()
    },
  },
  lifetimes: {
    detached() {
      this.halt()
    },
  },
  pageLifetimes: {
    show() {
      this.restart()
    },
    hide() {
      this.halt()
    },
  },
  methods: {
    restart() {
      const { until, step, turn } = this.data
      const run = runs.get(this)
      const remaining = until - Date.now()
      if (until === 0 || remaining <= 0) {
        this.halt()
        return
      }
      if (inPhase(run, until, step)) {
        clearTimeout(run.timer)
        this.second()
        return
      }
      this.halt()
      this.setData({
        left: Math.ceil(remaining / 1000),
        turn: turn === 'a' ? 'b' : 'a',
        motion: `--step:${step}ms;--at:${Math.min(0, remaining - step)}ms`,
      })
      runs.set(this, { timer: this.wait(remaining), anchor: until, step })
    },

    /** Sets a timer for the next whole second. */
    wait(remaining: number) {
      return setTimeout(() => this.second(), remaining % 1000 || 1000)
    },

    second() {
      const run = runs.get(this)
      const remaining = this.data.until - Date.now()
      if (!run || remaining <= 0) return
      const left = Math.ceil(remaining / 1000)
      if (left !== this.data.left) this.setData({ left })
      run.timer = this.wait(remaining)
    },

    halt() {
      const run = runs.get(this)
      if (run) clearTimeout(run.timer)
      runs.delete(this)
    },
  },
})
