import { pause } from './timers'

/** A beacon heard nearby. */
export interface Heard {
  uuid: string
  major: number
  minor: number
  rssi: number
}

/** The beacons heard, or why listening was impossible. */
export type Hearing = { kind: 'heard'; beacons: Heard[] } | { kind: 'refused' } | { kind: 'unavailable' }

/** WeChat: 11000 no Bluetooth, 11001 switched off, 11002 no permission for location, 11003 running already. */
const NO_PERMISSION = 11002

function begin(uuids: string[]): Promise<'begun' | 'refused' | 'unavailable'> {
  return new Promise((resolve) => {
    wx.startBeaconDiscovery({
      uuids,
      ignoreBluetoothAvailable: false,
      success: () => resolve('begun'),
      fail: (error) => {
        const refused =
          (error as { errCode?: number }).errCode === NO_PERMISSION || /auth|deny|denied/i.test(error.errMsg)
        resolve(refused ? 'refused' : 'unavailable')
      },
    })
  })
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const SAMPLES = 5

/** Listens for beacons of these UUIDs for some time. Reports each once, with the median of its last five signal strengths. */
export async function listenForBeacons(uuids: string[], milliseconds: number): Promise<Hearing> {
  if (uuids.length === 0 || typeof wx.startBeaconDiscovery !== 'function') return { kind: 'unavailable' }
  const strengths = new Map<string, { beacon: Heard; rssi: number[] }>()
  const hear = ({ beacons }: WechatMiniprogram.OnBeaconUpdateListenerResult): void => {
    for (const { uuid, major, minor, rssi } of beacons) {
      // WeChat reports 0 for a beacon out of range.
      if (Number(rssi) >= 0) continue
      const beacon = { uuid, major: Number(major), minor: Number(minor), rssi: Number(rssi) }
      const key = `${uuid}/${major}/${minor}`
      strengths.set(key, { beacon, rssi: [...(strengths.get(key)?.rssi ?? []), beacon.rssi].slice(-SAMPLES) })
    }
  }
  wx.onBeaconUpdate(hear)
  const begun = await begin(uuids)
  if (begun === 'begun') await pause(milliseconds)
  wx.offBeaconUpdate()
  if (begun !== 'begun') return { kind: begun }
  wx.stopBeaconDiscovery({ fail: () => undefined })
  return {
    kind: 'heard',
    beacons: [...strengths.values()].map(({ beacon, rssi }) => ({ ...beacon, rssi: median(rssi) })),
  }
}
