import { emitter, type Unsubscribe } from '../domain/events'

const taken = emitter<void>()
let listening = false

/** Is told when the user took a screenshot. */
export function onScreenshot(listener: () => void): Unsubscribe {
  if (!listening) {
    listening = true
    wx.onUserCaptureScreen(() => taken.emit())
  }
  return taken.on(listener)
}

/** Hides the page from recordings (iOS) and from pictures (Android), as far as WeChat can. */
export function hideFromCapture(hidden: boolean): void {
  if (typeof wx.setVisualEffectOnCapture !== 'function') return
  wx.setVisualEffectOnCapture({ visualEffect: hidden ? 'hidden' : 'none', fail: () => undefined })
}
