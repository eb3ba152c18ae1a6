/**
 * Distinguishes a shake from walking, taps and falls. Pure: its input are samples in g and their times, as
 * the accelerometer gives them at interval `game`.
 *
 * Gravity is a slow average; the rest of the strongest axis must exceed 0.96 g and reverse three times within a
 * second.
 */

/** A reading of the accelerometer, in g. */
export interface Sample {
  x: number
  y: number
  z: number
}

export interface ShakeRule {
  /** Weight of the past in the average used as gravity. */
  gravity: number
  /** Threshold for the strongest axis, g. */
  threshold: number
  /** Reversals within `windowMs` that make a shake. */
  reversals: number
  windowMs: number
  /** Samples this soon after the first are ignored: gravity is not known yet. */
  armMs: number
  /** Samples for this time after a shake are ignored. */
  restMs: number
  /** A gap between samples after which detection restarts. */
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

/** Adds one sample; true if it completes a shake. */
export interface ShakeDetector {
  feed(sample: Sample, at: number): boolean
  /** Restarts detection, as after a pause of the sensor. The pause after a shake continues. */
  reset(): void
}

type Axis = 'x' | 'y' | 'z'

/** The last direction of an axis, and when it reversed. */
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

/** The axis with the strongest acceleration, without gravity. */
function strongest(sample: Sample, gravity: Sample): { axis: Axis; force: number } {
  let best: { axis: Axis; force: number } = { axis: 'x', force: 0 }
  for (const axis of axes) {
    const force = sample[axis] - gravity[axis]
    if (Math.abs(force) > Math.abs(best.force)) best = { axis, force }
  }
  return best
}

/** Records the direction of an axis; returns the number of recent reversals. */
function turnsOf(swing: Swing, direction: number, at: number, windowMs: number): number {
  if (swing.direction !== 0 && swing.direction !== direction) swing.turns.push(at)
  swing.direction = direction
  swing.turns = swing.turns.filter((turn) => at - turn < windowMs)
  return swing.turns.length
}
