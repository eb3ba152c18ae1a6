import { type Sample, shakeDetector } from '../../domain/shake'
import { watchAccelerometer } from '../../platform/accelerometer'
import { screenLight } from '../../platform/brightness'
import { hideFromCapture } from '../../platform/capture'
import { after, type Stop } from '../../platform/timers'
import { credential } from '../../services/credential'

/** What the visible main screen needs. */
interface Needs {
  /** The site whose credentials are kept up to date; empty for none. */
  siteId: string
  /** When the code on the screen changes, by the phone's clock, ms; undefined while no code is shown. */
  codeUntil: number | undefined
  /** Whether a shake would do anything. */
  shakes: boolean
}

/** Screen light, capture protection, timer, sensor and periodic requests of the main screen while it is visible. */
export interface Activity {
  update(needs: Needs): void
  stop(): void
}

export function activity(on: { codeChange(): void; shake(): void }): Activity {
  let stopTimer: Stop | undefined
  let stopWatch: Stop | undefined
  let stopSensor: Stop | undefined
  let watched = ''

  function showCode(until: number | undefined): void {
    const shown = until !== undefined
    void (shown ? screenLight.on() : screenLight.off())
    hideFromCapture(shown)
    stopTimer?.()
    if (shown) stopTimer = after(Math.max(50, until - Date.now()), on.codeChange)
  }

  function listenForShakes(wanted: boolean): void {
    if (wanted === (stopSensor !== undefined)) return
    if (!wanted) {
      stopSensor?.()
      stopSensor = undefined
      return
    }
    const detector = shakeDetector()
    stopSensor = watchAccelerometer((sample: Sample, at: number) => {
      if (detector.feed(sample, at)) on.shake()
    })
  }

  function watch(siteId: string): void {
    if (siteId === watched) return
    stopWatch?.()
    watched = siteId
    stopWatch = siteId ? credential.watch(siteId) : undefined
    if (siteId) void credential.refreshIfDue(siteId)
  }

  return {
    update({ siteId, codeUntil, shakes }) {
      showCode(codeUntil)
      listenForShakes(shakes)
      watch(siteId)
    },

    stop() {
      stopTimer?.()
      stopWatch?.()
      watched = ''
      listenForShakes(false)
      hideFromCapture(false)
      void screenLight.off()
    },
  }
}
