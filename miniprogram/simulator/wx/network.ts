import type { Phone } from '../state'
import type { Calls } from './call'
import type { Signals } from './signals'

/** Whether there is a network: as the panel says, and as the browser says. */
export function network(phone: Phone, calls: Calls, signals: Signals): Record<string, unknown> {
  const status = () => {
    const isConnected = navigator.onLine && !phone.state.offline
    return { isConnected, networkType: isConnected ? 'wifi' : 'none' }
  }
  let last = status().isConnected
  const changed = () => {
    const now = status()
    if (now.isConnected === last) return
    last = now.isConnected
    signals.emit('networkStatusChange', now)
  }
  phone.on('state', changed)
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return {
    getNetworkType: calls.define('getNetworkType', status),
    ...signals.api('networkStatusChange'),
  }
}
