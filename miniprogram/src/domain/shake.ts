/**
 * Tells a shake from walking, taps and falls (docs: shake to open). Pure: it is fed samples in g and their times, as
 * the accelerometer at interval `game` gives them, and holds no clock.
 *
 * Gravity is a slow average; what is left of the strongest axis must exceed 0.96 g and turn round three times within a
 * second.
 */

/** A reading of the accelerometer, in g. */
export interface Sample {
  x: number
  y: number
  z: number
}

export interface ShakeRule {
  /** Weight of the past in the average that stands for gravity. */
  gravity: number
  /** What the strongest axis must exceed, g. */
  threshold: number
  /** Turns within `windowMs` that make a shake. */
  reversals: number
  windowMs: number
  /** Nothing counts so soon after the first sample: gravity is not known yet. */
  armMs: number
  /** Nothing counts so long after a shake. */
  restMs: number
  /** A gap between samples after which everything begins anew. */
  gapMs: number
}

export const shakeRule: ShakeRule = {
  gravity: 0.8,
  threshold: 0.96,
  reversals: 3,
  windowMs: 1_000,
  armMs: 200,
  restMs: 3_000,
  gapMs: 500,
}

/** Feeds one sample; true at the sample that completes a shake. */
export interface ShakeDetector {
  feed(sample: Sample, at: number): boolean
  /** Begins anew, as after a pause of the sensor. A rest goes on. */
  reset(): void
}

type Axis = 'x' | 'y' | 'z'

/** The way an axis last went, and when it turned. */
interface Swing {
  direction: number
  turns: number[]
}

const axes: Axis[] = ['x', 'y', 'z']

/** Makes a detector. */
export function shakeDetector(rule: ShakeRule = shakeRule): ShakeDetector {
  let gravity: Sample | undefined
  let armedAt = 0
  let lastAt = 0
  let restUntil = Number.NEGATIVE_INFINITY
  let swings = still()

  function begin(sample: Sample, at: number): void {
    gravity = { ...sample }
    armedAt = at + rule.armMs
    swings = still()
  }

  return {
    feed(sample, at) {
      const gap = at - lastAt
      lastAt = at
      if (gravity === undefined || gap > rule.gapMs || gap < 0) {
        begin(sample, at)
        return false
      }
      follow(gravity, sample, rule.gravity)
      const { axis, force } = strongest(sample, gravity)
      if (at < armedAt || at < restUntil || Math.abs(force) <= rule.threshold) return false
      if (turnsOf(swings[axis], Math.sign(force), at, rule.windowMs) < rule.reversals) return false
      restUntil = at + rule.restMs
      swings = still()
      return true
    },

    reset() {
      gravity = undefined
    },
  }
}

function still(): Record<Axis, Swing> {
  return { x: { direction: 0, turns: [] }, y: { direction: 0, turns: [] }, z: { direction: 0, turns: [] } }
}

function follow(gravity: Sample, sample: Sample, weight: number): void {
  for (const axis of axes) gravity[axis] = weight * gravity[axis] + (1 - weight) * sample[axis]
}

/** The axis on which the phone is pushed hardest, gravity left out. */
function strongest(sample: Sample, gravity: Sample): { axis: Axis; force: number } {
  let best: { axis: Axis; force: number } = { axis: 'x', force: 0 }
  for (const axis of axes) {
    const force = sample[axis] - gravity[axis]
    if (Math.abs(force) > Math.abs(best.force)) best = { axis, force }
  }
  return best
}

/** Notes which way an axis goes, and tells how often it turned of late. */
function turnsOf(swing: Swing, direction: number, at: number, windowMs: number): number {
  if (swing.direction !== 0 && swing.direction !== direction) swing.turns.push(at)
  swing.direction = direction
  swing.turns = swing.turns.filter((turn) => at - turn < windowMs)
  return swing.turns.length
}
