import type { Phone } from '../state'
import { type Calls, Refusal } from './call'
import type { Privacy } from './privacy'
import type { Signals } from './signals'

/** Bluetooth and the beacons near by. */
export function beacons(phone: Phone, calls: Calls, signals: Signals, privacy: Privacy): Record<string, unknown> {
  let wanted: string[] | undefined
  const tell = () => {
    if (!wanted || !phone.state.bluetooth) return
    const uuids = wanted
    const heard = phone.state.beacons.filter(({ uuid }) => uuids.includes(uuid.toUpperCase()))
    signals.emit('beaconUpdate', { beacons: heard })
  }
  phone.on('state', tell)
  return {
    openBluetoothAdapter: calls.define('openBluetoothAdapter', () => {
      if (!phone.state.bluetooth) throw new Refusal('not available', { errCode: 10_001 })
    }),
    closeBluetoothAdapter: calls.accept('closeBluetoothAdapter'),
    startBeaconDiscovery: calls.define<{ uuids: string[] }>('startBeaconDiscovery', async ({ uuids }) => {
      await privacy.need('startBeaconDiscovery')
      if (!phone.state.bluetooth) throw new Refusal('bluetooth service is unavailable', { errCode: 11_001 })
      wanted = uuids.map((uuid) => uuid.toUpperCase())
      setTimeout(tell)
    }),
    stopBeaconDiscovery: calls.define('stopBeaconDiscovery', () => {
      wanted = undefined
    }),
    getBeacons: calls.define('getBeacons', () => ({ beacons: wanted ? phone.state.beacons : [] })),
    ...signals.api('beaconUpdate', 'beaconServiceChange', 'bluetoothAdapterStateChange'),
  }
}
