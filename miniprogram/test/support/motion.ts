import type { Sample } from '../../src/domain/shake'

/** A sample with its time, milliseconds. */
export interface Timed {
  at: number
  sample: Sample
}

type Vector = [number, number, number]

/** Deterministic pseudo-random numbers. */
export function dice(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 13), 3_266_489_917)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
  }
}

export function between(roll: () => number, low: number, high: number): number {
  return low + roll() * (high - low)
}

/** A direction, all equally likely. */
export function direction(roll: () => number): Vector {
  const z = between(roll, -1, 1)
  const turn = between(roll, 0, 2 * Math.PI)
  const flat = Math.sqrt(1 - z * z)
  return [flat * Math.cos(turn), flat * Math.sin(turn), z]
}

function along(way: Vector, amount: number): Vector {
  return [way[0] * amount, way[1] * amount, way[2] * amount]
}

/** Accelerometer samples of a movement: every 20 ms, with jitter and noise. */
export function recorded(roll: () => number, milliseconds: number, force: (at: number) => Vector[]): Timed[] {
  const samples: Timed[] = []
  for (let at = 0; at < milliseconds; at += between(roll, 16, 24)) {
    const sample = { x: 0, y: 0, z: 0 }
    for (const [x, y, z] of force(at)) {
      sample.x += x
      sample.y += y
      sample.z += z
    }
    const noise = (): number => between(roll, -0.03, 0.03)
    samples.push({ at, sample: { x: sample.x + noise(), y: sample.y + noise(), z: sample.z + noise() } })
  }
  return samples
}

const BEGINS = 500

/** Held still for half a second, then shaken to and fro along an axis of the phone at so many g. */
export function shaking(seed: number, peak: number, way?: Vector): Timed[] {
  const roll = dice(seed)
  const down = direction(roll)
  const axes: Vector[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]
  const axis = way ?? axes[Math.floor(roll() * 3)] ?? [1, 0, 0]
  const hertz = between(roll, 3, 5.5)
  return recorded(roll, 2_500, (at) => {
    const shaken = at < BEGINS ? 0 : peak * Math.sin((2 * Math.PI * hertz * (at - BEGINS)) / 1000)
    return [down, along(axis, shaken)]
  })
}

/** Walked with, the phone in the hand or the pocket: two steps a second, each with a knock. */
export function walking(seed: number): Timed[] {
  const roll = dice(seed)
  const down = direction(roll)
  const side = direction(roll)
  const pace = between(roll, 1.6, 2.6)
  const bounce = between(roll, 0.2, 0.5)
  const knock = between(roll, 0.3, 0.8)
  return recorded(roll, 10_000, (at) => {
    const turn = ((pace * at) / 1000) % 1
    const heel = knock * Math.exp(-turn * 12)
    return [
      down,
      along(down, bounce * Math.sin(2 * Math.PI * turn) + heel),
      along(side, 0.2 * Math.sin(Math.PI * turn)),
    ]
  })
}

/** Lying on a table or in the hand, tapped again and again: knocks of one or two samples. */
export function tapping(seed: number): Timed[] {
  const roll = dice(seed)
  const down = direction(roll)
  const every = between(roll, 180, 400)
  const knock = between(roll, 0.3, 1.1)
  return recorded(roll, 6_000, (at) => {
    const since = at % every
    return [down, along(down, since < 25 ? knock : since < 50 ? -knock / 3 : 0)]
  })
}

/** Dropped: it falls, hits, bounces once and lies. */
export function dropping(seed: number): Timed[] {
  const roll = dice(seed)
  const down = direction(roll)
  const lying = direction(roll)
  const lands = BEGINS + between(roll, 250, 450)
  const hit = between(roll, 3, 8)
  const flight = between(roll, 80, 160)
  return recorded(roll, 2_500, (at) => {
    if (at < BEGINS) return [down]
    if (at < lands) return [[0, 0, 0]]
    if (at < lands + 30) return [along(lying, hit)]
    if (at < lands + 30 + flight) return [[0, 0, 0]]
    if (at < lands + 55 + flight) return [along(lying, hit / 3)]
    return [lying]
  })
}

/** Picked up, turned and put into the pocket. */
export function turning(seed: number): Timed[] {
  const roll = dice(seed)
  const from = direction(roll)
  const to = direction(roll)
  const takes = between(roll, 250, 800)
  return recorded(roll, 2_500, (at) => {
    const share = Math.min(1, Math.max(0, (at - BEGINS) / takes))
    const lift = share > 0 && share < 1 ? 0.5 * Math.sin(2 * Math.PI * share) : 0
    return [along(from, 1 - share), along(to, share), along(to, lift)]
  })
}
