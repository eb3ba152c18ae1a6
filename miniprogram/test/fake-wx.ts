import { randomFillSync } from 'node:crypto'
import { vi } from 'vitest'

/** A sent request. */
export interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: unknown
  /** How long the phone waits for the answer, ms. */
  timeout: number
}

/** The server's answer; `lost` for none. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'lost'

/** The fake server. */
export type Server = (sent: Sent) => Reply | Promise<Reply>

type Callbacks = {
  success?: (result: never) => void
  fail?: (error: never) => void
  complete?: (result: never) => void
}

/** Answers like WeChat, by callback, asynchronously. */
function answer(callbacks: Callbacks, result: unknown, failed = false): void {
  queueMicrotask(() => {
    const told = result as never
    if (failed) callbacks.fail?.(told)
    else callbacks.success?.(told)
    callbacks.complete?.(told)
  })
}

interface RequestOptions extends Callbacks {
  url: string
  method: string
  header: Record<string, string>
  data?: string
  timeout: number
}

/** A phone, as far as `platform/` sees it. Installed as the global `wx`. */
export class FakeWx {
  /** Storage, kept across restarts of the app. */
  readonly storage = new Map<string, unknown>()
  readonly sent: Sent[] = []
  server: Server = () => 'lost'
  networkType: 'wifi' | 'none' = 'wifi'
  brightness = 0.4
  keepScreenOn = false
  /** Every change of the brightness, in order. */
  readonly brightnesses: number[] = []
  loginCode: string | undefined = 'login-code'
  location: 'granted' | 'refused' | 'unasked' = 'unasked'
  /** How often the location was options for. */
  located = 0
  accelerometer = false
  /** Set to make storage fail on writes, or also on removals. */
  full = false
  broken = false
  private networkListeners: ((status: { isConnected: boolean }) => void)[] = []
  private sampleListeners: ((sample: { x: number; y: number; z: number }) => void)[] = []
  private screenshotListeners: (() => void)[] = []

  // storage
  getStorageSync(key: string): unknown {
    return this.storage.get(key) ?? ''
  }
  setStorageSync(key: string, value: unknown): void {
    if (this.full || this.broken) throw new Error('exceed max size')
    this.storage.set(key, value)
  }
  removeStorageSync(key: string): void {
    if (this.broken) throw new Error('storage is away')
    this.storage.delete(key)
  }
  getStorageInfoSync(): { keys: string[] } {
    return { keys: [...this.storage.keys()] }
  }

  // network
  request(options: RequestOptions): { abort(): void } {
    const { url, method, header, data, timeout } = options
    const body: unknown = data === undefined ? undefined : JSON.parse(data)
    const sent: Sent = { method, path: url, headers: header, body, timeout }
    this.sent.push(sent)
    const reply = this.networkType === 'none' ? 'lost' : this.server(sent)
    Promise.resolve(reply).then((came) => {
      if (came === 'lost') return answer(options, { errMsg: 'request:fail' }, true)
      const { status = 200, headers = {}, body = '' } = came
      answer(options, { statusCode: status, header: headers, data: body })
    })
    return { abort: () => answer(options, { errMsg: 'request:fail abort' }, true) }
  }
  getNetworkType(callbacks: Callbacks): void {
    answer(callbacks, { networkType: this.networkType })
  }
  onNetworkStatusChange(listener: (status: { isConnected: boolean }) => void): void {
    this.networkListeners.push(listener)
  }
  /** Switches the network off or on. */
  connect(connected: boolean): void {
    this.networkType = connected ? 'wifi' : 'none'
    for (const listener of this.networkListeners) listener({ isConnected: connected })
  }

  // screen
  getScreenBrightness(callbacks: Callbacks): void {
    answer(callbacks, { value: this.brightness })
  }
  setScreenBrightness(options: Callbacks & { value: number }): void {
    this.brightness = options.value
    this.brightnesses.push(options.value)
    answer(options, {})
  }
  setKeepScreenOn(options: Callbacks & { keepScreenOn: boolean }): void {
    this.keepScreenOn = options.keepScreenOn
    answer(options, {})
  }
  onUserCaptureScreen(listener: () => void): void {
    this.screenshotListeners.push(listener)
  }
  screenshot(): void {
    for (const listener of this.screenshotListeners) listener()
  }

  // sensors
  startAccelerometer(): void {
    this.accelerometer = true
  }
  stopAccelerometer(): void {
    this.accelerometer = false
  }
  onAccelerometerChange(listener: (sample: { x: number; y: number; z: number }) => void): void {
    this.sampleListeners.push(listener)
  }
  offAccelerometerChange(listener: (sample: { x: number; y: number; z: number }) => void): void {
    this.sampleListeners = this.sampleListeners.filter((one) => one !== listener)
  }
  move(sample: { x: number; y: number; z: number }): void {
    if (this.accelerometer) for (const listener of this.sampleListeners) listener(sample)
  }
  getSetting(callbacks: Callbacks): void {
    const said = { granted: true, refused: false, unasked: undefined }[this.location]
    answer(callbacks, { authSetting: said === undefined ? {} : { 'scope.userLocation': said } })
  }
  getLocation(callbacks: Callbacks): void {
    this.located += 1
    if (this.location === 'granted') answer(callbacks, { longitude: 112.93, latitude: 28.2, accuracy: 20 })
    else answer(callbacks, { errMsg: 'getLocation:fail auth deny' }, true)
  }

  // the rest
  login(callbacks: Callbacks): void {
    if (this.loginCode === undefined) answer(callbacks, { errMsg: 'login:fail' }, true)
    else answer(callbacks, { code: this.loginCode })
  }
  getRandomValues(options: Callbacks & { length: number }): void {
    answer(options, { randomValues: randomFillSync(new Uint8Array(options.length)).buffer })
  }
  getDeviceInfo(): { brand: string; model: string } {
    return { brand: 'Test', model: 'Phone' }
  }
}

/** A phone with empty storage. */
export function freshPhone(): FakeWx {
  const phone = new FakeWx()
  Object.assign(globalThis, { wx: phone })
  vi.resetModules()
  return phone
}

/** The app is closed and opened again: storage stays, memory goes. */
export function restart(): void {
  vi.resetModules()
}
