import { emitter, type Unsubscribe } from '../domain/events'

const taken = emitter<void>()
let listening = false

/** Called when the user took a screenshot. */
export function onScreenshot(listener: () => void): Unsubscribe {
  if (!listening) {
    listening = true
    wx.onUserCaptureScreen(() => taken.emit())
  }
  return taken.on(listener)
}

/** Hides the page from screen recordings (iOS) and screenshots (Android), as far as WeChat supports it. */
export function hideFromCapture(hidden: boolean): void {
  if (typeof wx.setVisualEffectOnCapture !== 'function') return
  wx.setVisualEffectOnCapture({ visualEffect: hidden ? 'hidden' : 'none', fail: () => undefined })
}
