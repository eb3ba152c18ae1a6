import { Emitter } from '../emitter'

/** Events of WeChat, by the name in `wx.on…`. */
export interface SignalEvents {
  accelerometerChange: { x: number; y: number; z: number }
  networkStatusChange: { isConnected: boolean; networkType: string }
  userCaptureScreen: Record<string, never>
  beaconUpdate: { beacons: SimBeacon[] }
  beaconServiceChange: { available: boolean; discovering: boolean }
  bluetoothAdapterStateChange: { available: boolean; discovering: boolean }
  themeChange: { theme: 'light' | 'dark' }
  windowResize: { size: { windowWidth: number; windowHeight: number } }
  keyboardHeightChange: { height: number }
}

export class Signals extends Emitter<SignalEvents> {
  /** `wx.onX` and `wx.offX` for each of these. */
  api(...events: (keyof SignalEvents)[]): Record<string, unknown> {
    return Object.fromEntries(
      events.flatMap((event) => {
        const name = event[0]?.toUpperCase() + event.slice(1)
        return [
          [`on${name}`, (listener: () => void) => void this.on(event, listener)],
          [`off${name}`, (listener?: () => void) => this.off(event, listener)],
        ]
      }),
    )
  }
}
