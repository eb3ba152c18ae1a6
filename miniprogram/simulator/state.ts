import { Emitter } from './emitter'

const KEY = 'sim:state'

const fresh = (): SimState => ({
  offline: false,
  theme: 'system',
  openid: `sim-${crypto.randomUUID()}`,
  loginRefused: false,
  wechatPhone: '13800138000',
  location: { permission: 'ask', longitude: 112.938814, latitude: 28.228209, accuracy: 30 },
  bluetooth: false,
  beacons: [],
  privacyAgreed: false,
  subscribe: 'accept',
})

function stored(): Partial<SimState> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}')
  } catch {
    return {}
  }
}

/** The state of the phone, and what the mini-program did to it. */
export class Phone extends Emitter<SimEvents> {
  #state: SimState = { ...fresh(), ...stored() }

  readonly device: SimDevice = {
    brightness: 0.5,
    keepScreenOn: false,
    captureEffect: 'none',
    accelerometer: false,
    vibrations: [],
    clipboard: '',
  }

  constructor() {
    super()
    this.#keep()
  }

  get state(): Readonly<SimState> {
    return this.#state
  }

  set(change: Partial<SimState>): void {
    this.#state = { ...this.#state, ...change }
    this.#keep()
    this.emit('state', this.#state)
  }

  /** The mini-program did something to the phone. */
  touch(change: Partial<SimDevice>): void {
    Object.assign(this.device, change)
    this.emit('device', this.device)
  }

  #keep(): void {
    localStorage.setItem(KEY, JSON.stringify(this.#state))
  }
}
