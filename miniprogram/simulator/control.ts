import type { Lifecycle } from './runtime/lifecycle'
import type { Meter } from './runtime/meter'
import type { Pages } from './runtime/pages'
import type { Phone } from './state'
import { shake } from './wx/motion'
import type { Signals } from './wx/signals'

interface Parts {
  phone: Phone
  pages: Pages
  lifecycle: Lifecycle
  meter: Meter
  calls: SimCall[]
  signals: Signals
}

/** The controls of the phone for tests and the panel. */
export function createSim({ phone, pages, lifecycle, meter, calls, signals }: Parts): Sim {
  return {
    get state() {
      return phone.state
    },
    device: phone.device,
    calls,
    meter,
    set: (change) => phone.set(change),
    on: (event, listener) => phone.on(event, listener),
    route: () => pages.top?.route ?? '',
    canvases: () => [...(pages.top?.element.querySelectorAll('canvas') ?? [])],
    shake: (strength) => shake(phone, signals, strength),
    screenshot: () => signals.emit('userCaptureScreen', {}),
    hide: () => lifecycle.setHidden(true),
    show: () => lifecycle.setHidden(false),
    pullDown: () => pages.pullDown(),
    switchUser(openid = `sim-${crypto.randomUUID()}`) {
      phone.set({ openid })
      location.reload()
    },
  }
}
