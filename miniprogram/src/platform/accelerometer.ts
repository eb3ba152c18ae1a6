import type { Sample } from '../domain/shake'
import type { Stop } from './timers'

/** Listens to the accelerometer until stopped; a phone without one reports nothing. */
export function watchAccelerometer(listener: (sample: Sample, at: number) => void): Stop {
  const hear = ({ x, y, z }: WechatMiniprogram.OnAccelerometerChangeListenerResult): void => {
    listener({ x, y, z }, Date.now())
  }
  wx.onAccelerometerChange(hear)
  wx.startAccelerometer({ interval: 'game', fail: () => undefined })
  let stopped = false
  return () => {
    if (stopped) return
    stopped = true
    // The typings declare this listener without samples.
    wx.offAccelerometerChange(hear as unknown as WechatMiniprogram.OffAccelerometerChangeCallback)
    wx.stopAccelerometer({ fail: () => undefined })
  }
}
