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

/** Whether the phone has a network. That says little of the server behind it. */
export const network = {
  /** True also as long as nothing is known. */
  connected(): boolean {
    listen()
    return known ?? true
  },

  /** Is told when the network goes and comes back. */
  subscribe(listener: (connected: boolean) => void): Unsubscribe {
    listen()
    return changed.on(listener)
  },
}
