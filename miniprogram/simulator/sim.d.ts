// What tests and the side panel see of the simulator: `window.__sim`.

/** The state of the simulated phone and its user, kept in localStorage. */
interface SimState {
  /** No request gets through. */
  offline: boolean
  /** `system` follows the browser. */
  theme: 'system' | 'light' | 'dark'
  /** Who uses WeChat on this phone. Each has a storage of their own. */
  openid: string
  /** `wx.login` fails. */
  loginRefused: boolean
  /** The number that WeChat knows of its user; `null` when the user refuses to give it. */
  wechatPhone: string | null
  location: SimLocation
  /** Off: Bluetooth cannot be opened. */
  bluetooth: boolean
  beacons: SimBeacon[]
  /** The user agreed to the privacy guide. */
  privacyAgreed: boolean
  /** What the user answers when asked for messages. */
  subscribe: 'accept' | 'reject' | 'ban'
}

interface SimLocation {
  /** `ask`: the user has not decided, so a dialog asks. */
  permission: 'ask' | 'granted' | 'refused'
  longitude: number
  latitude: number
  /** Metres. */
  accuracy: number
}

interface SimBeacon {
  uuid: string
  major: number
  minor: number
  /** Metres. */
  accuracy: number
  rssi: number
}

/** What the mini-program did to the phone. */
interface SimDevice {
  /** 0 to 1. */
  brightness: number
  keepScreenOn: boolean
  captureEffect: 'none' | 'hidden'
  accelerometer: boolean
  vibrations: ('short' | 'long')[]
  clipboard: string
}

interface SimCall {
  name: string
  options: unknown
}

/** An answer the mini-program got. */
interface SimResponse {
  method: string
  /** With the query. */
  path: string
  status: number
  body: unknown
}

/** What setData cost; WeChat carries every byte of it from one process to another. */
interface SimMeter {
  calls: number
  bytes: number
  entries: { is: string; bytes: number; at: number }[]
  reset(): void
}

interface SimEvents {
  state: SimState
  device: SimDevice
  response: SimResponse
  /** Another page is shown. */
  route: string
}

interface Sim {
  readonly state: Readonly<SimState>
  readonly device: Readonly<SimDevice>
  /** Every call of `wx`, oldest first; the last 2,000. */
  readonly calls: SimCall[]
  readonly meter: SimMeter
  /** Moves the phone and its user. */
  set(change: Partial<SimState>): void
  on<K extends keyof SimEvents>(event: K, listener: (value: SimEvents[K]) => void): () => void
  /** The page on top, without query. */
  route(): string
  /** The canvases of the page on top, those inside components too. */
  canvases(): HTMLCanvasElement[]
  /** Shakes the phone for a second and a bit; resolves when it lies still. */
  shake(strength?: number): Promise<void>
  /** The user takes a screenshot. */
  screenshot(): void
  /** The user goes to another app, and comes back. */
  hide(): void
  show(): void
  /** The user pulls the page down. */
  pullDown(): void
  /** Switches to another WeChat user; the mini-program restarts. */
  switchUser(openid?: string): void
}

interface Window {
  __sim: Sim
}
