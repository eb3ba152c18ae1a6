import { emitter, type Unsubscribe } from '../domain/events'

const changed = emitter<boolean>()
let known: boolean | undefined
let listening = false

function listen(): void {
  if (listening) return
  listening = true
  wx.onNetworkStatusChange(({ isConnected }) => learn(isConnected))
  wx.getNetworkType({ success: ({ networkType }) => learn(networkType !== 'none') })
}

function learn(connected: boolean): void {
  const before = known ?? true
  known = connected
  if (before !== connected) changed.emit(connected)
}

/** Whether the phone has a network; the server may still be unreachable. */
export const network = {
  /** True also before the state is known. */
  connected(): boolean {
    listen()
    return known ?? true
  },

  /** Called when the network goes away or comes back. */
  subscribe(listener: (connected: boolean) => void): Unsubscribe {
    listen()
    return changed.on(listener)
  },
}
