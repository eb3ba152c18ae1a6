import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shakeDetector, shakeRule } from '../src/domain/shake'
import { type FakeWx, freshPhone } from './fake-wx'
import { dropping, shaking, type Timed, tapping, turning, walking } from './support/motion'

const SEEDS = Array.from({ length: 200 }, (_, at) => at + 1)
const BEGINS = 500

/** When a detector fires, milliseconds after the movement began. */
function fires(samples: Timed[]): number[] {
  const detector = shakeDetector()
  return samples.filter(({ at, sample }) => detector.feed(sample, at)).map(({ at }) => at - BEGINS)
}

/** Two shakes of a second each, the second so long after the first. */
function twice(pause: number): Timed[] {
  const first = shaking(3, 2.5).filter(({ at }) => at < 1_500)
  const second = shaking(4, 2.5).filter(({ at }) => at < 1_500)
  const still = Array.from({ length: Math.floor(pause / 20) }, (_, at) => ({
    at: 1_500 + at * 20,
    sample: { x: 0, y: 0, z: 1 },
  }))
  return [...first, ...still, ...second.map(({ at, sample }) => ({ at: at + 1_500 + pause, sample }))]
}

describe('a shake', () => {
  it.each([1.6, 2, 2.5, 3])('of %f g is detected within a second, on every axis', (peak) => {
    for (const seed of SEEDS) {
      const [first] = fires(shaking(seed, peak))
      expect(first, `seed ${seed}`).toBeDefined()
      expect(first).toBeGreaterThan(0)
      expect(first).toBeLessThan(1_000)
    }
  })

  it('counts once while the shaking goes on', () => {
    for (const seed of SEEDS) expect(fires(shaking(seed, 2.5)), `seed ${seed}`).toHaveLength(1)
  })

  it('counts again only after three seconds of rest', () => {
    expect(fires(twice(500))).toHaveLength(1)
    expect(fires(twice(3_000))).toHaveLength(2)
  })
})

describe('no shake', () => {
  it.each([
    ['walking', walking],
    ['tapping', tapping],
    ['dropping', dropping],
    ['turning', turning],
  ])('%s never fires', (_, movement) => {
    for (const seed of SEEDS) expect(fires(movement(seed)), `seed ${seed}`).toEqual([])
  })

  it('from forces just under the threshold', () => {
    const push = 0.95 / 0.89
    const samples = Array.from({ length: 500 }, (_, at) => {
      return { at: at * 20, sample: { x: at % 2 === 0 ? push : -push, y: 0, z: 1 } }
    })
    expect(fires(samples)).toEqual([])
    const stronger = samples.map(({ at, sample }) => ({ at, sample: { ...sample, x: sample.x * 1.1 } }))
    expect(fires(stronger)).not.toEqual([])
  })

  it('from two reversals, or three in more than a second', () => {
    const still = Array.from({ length: 60 }, (_, at) => ({ at: at * 20, sample: { x: 0, y: 0, z: 1 } }))
    const pushed = (places: number[]): Timed[] =>
      still.map(({ at, sample }, place) => {
        const turn = places.indexOf(place)
        return { at, sample: turn < 0 ? sample : { ...sample, x: turn % 2 === 0 ? 2.5 : -2.5 } }
      })
    expect(fires(pushed([15, 22, 29]))).toEqual([])
    expect(fires(pushed([15, 22, 29, 36]))).toHaveLength(1)
    const slow = pushed([12, 22, 32, 42]).map(({ at, sample }) => ({ at: at * 2, sample }))
    expect(fires(slow)).toHaveLength(1)
    const slower = pushed([12, 30, 48, 58]).map(({ at, sample }) => ({ at: at * 2.4, sample }))
    expect(fires(slower)).toEqual([])
  })

  it('from the first samples of the sensor, or after a gap', () => {
    const jolts = Array.from({ length: 9 }, (_, at) => ({ at: at * 20, sample: { x: at % 2 ? 3 : -3, y: 0, z: 1 } }))
    expect(jolts[8]?.at).toBeLessThan(shakeRule.armMs)
    expect(fires(jolts)).toEqual([])
    const detector = shakeDetector()
    for (let at = 0; at < 1_000; at += 20) detector.feed({ x: 0, y: 0, z: 1 }, at)
    expect(jolts.some(({ at, sample }) => detector.feed(sample, at + 10_000))).toBe(false)
  })
})

describe('the sensor', () => {
  let phone: FakeWx

  beforeEach(() => {
    vi.useFakeTimers()
    phone = freshPhone()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('runs while watched, and reports shakes', async () => {
    const { watchAccelerometer } = await import('../src/platform/accelerometer')
    const felt = vi.fn()
    const detector = shakeDetector()
    const stop = watchAccelerometer((sample, at) => {
      if (detector.feed(sample, at)) felt()
    })
    const begun = Date.now()
    const shake = (): void => {
      const from = Date.now()
      for (const { at, sample } of shaking(7, 2.5)) {
        vi.setSystemTime(from + at)
        phone.move(sample)
      }
    }
    shake()
    expect(felt).toHaveBeenCalledTimes(1)
    stop()
    expect(phone.accelerometer).toBe(false)
    vi.setSystemTime(begun + 60_000)
    phone.startAccelerometer()
    shake()
    expect(felt).toHaveBeenCalledTimes(1)
  })
})
