import type { Phone } from '../state'
import type { Calls } from './call'
import type { Signals } from './signals'

const SAMPLE_MS = 20
const REST_SAMPLES = 20
const SHAKE_SAMPLES = 60
const SHAKES_PER_SECOND = 4

/** The accelerometer. A phone at rest gives no samples. */
export function motion(phone: Phone, calls: Calls, signals: Signals): Record<string, unknown> {
  return {
    startAccelerometer: calls.define('startAccelerometer', () => phone.touch({ accelerometer: true })),
    stopAccelerometer: calls.define('stopAccelerometer', () => phone.touch({ accelerometer: false })),
    ...signals.api('accelerometerChange'),
  }
}

/** Simulates a shake of so many g. No samples while the sensor is off. */
export function shake(phone: Phone, signals: Signals, strength = 2): Promise<void> {
  return new Promise((resolve) => {
    let sample = 0
    const timer = setInterval(() => {
      const shaken = sample - REST_SAMPLES
      const moving = shaken >= 0 && shaken < SHAKE_SAMPLES
      const turn = (2 * Math.PI * SHAKES_PER_SECOND * shaken * SAMPLE_MS) / 1000
      const x = moving ? strength * Math.sin(turn) : 0
      if (phone.device.accelerometer) signals.emit('accelerometerChange', { x, y: 0, z: 1 })
      sample += 1
      if (sample < 2 * REST_SAMPLES + SHAKE_SAMPLES) return
      clearInterval(timer)
      resolve()
    }, SAMPLE_MS)
  })
}
