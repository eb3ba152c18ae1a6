import { shakeDetector } from '../domain/shake'
import { watchAccelerometer } from './accelerometer'
import type { Stop } from './timers'

/** Is told of every shake until stopped. Only while a page shows: stop it in onHide and onUnload. */
export function watchShake(onShake: () => void): Stop {
  const detector = shakeDetector()
  return watchAccelerometer((sample, at) => {
    if (detector.feed(sample, at)) onShake()
  })
}
