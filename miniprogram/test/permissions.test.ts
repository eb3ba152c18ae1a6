import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone } from './fake-wx'

let phone: FakeWx

beforeEach(() => {
  vi.useFakeTimers()
  phone = freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets the phone have functions that the fake one has not. */
function give(functions: Record<string, unknown>): void {
  Object.assign(phone, functions)
}

type Callbacks = { success(result: unknown): void; fail(error: unknown): void }

describe('a refusal is an answer', () => {
  it('of the location', async () => {
    const { locate, locationConsent } = await import('../src/platform/location')
    phone.location = 'refused'
    expect([await locate(), await locationConsent()]).toEqual([{ kind: 'refused' }, 'refused'])
    phone.location = 'granted'
    expect(await locate()).toEqual({ kind: 'here', lng: 112.93, lat: 28.2, accuracy: 20 })
    give({ getLocation: ({ fail }: Callbacks) => fail({ errMsg: 'getLocation:fail timeout' }) })
    expect(await locate()).toEqual({ kind: 'unavailable' })
  })

  it('of Bluetooth', async () => {
    const { listenForBeacons } = await import('../src/platform/beacon')
    expect(await listenForBeacons(['uuid'], 1_000)).toEqual({ kind: 'unavailable' })
    const off = vi.fn()
    give({ onBeaconUpdate: () => undefined, offBeaconUpdate: off })
    for (const [errCode, kind] of [
      [11001, 'unavailable'],
      [11002, 'refused'],
    ]) {
      give({ startBeaconDiscovery: ({ fail }: Callbacks) => fail({ errCode, errMsg: 'startBeaconDiscovery:fail' }) })
      expect(await listenForBeacons(['uuid'], 1_000)).toEqual({ kind })
    }
    expect(off).toHaveBeenCalledTimes(2)
  })

  it('of the privacy guide', async () => {
    const { privacy } = await import('../src/platform/privacy')
    expect([await privacy.needed(), await privacy.ask()]).toEqual([false, true])
    let handed: (resolve: (event: unknown) => void) => void = () => undefined
    give({
      getPrivacySetting: ({ success }: Callbacks) => success({ needAuthorization: true }),
      requirePrivacyAuthorize: ({ fail }: Callbacks) => fail({}),
      onNeedPrivacyAuthorization: (listener: typeof handed) => {
        handed = listener
      },
    })
    expect([await privacy.needed(), await privacy.ask()]).toEqual([true, false])
    const events: unknown[] = []
    privacy.onNeeded((decide) => decide({ agreed: false }))
    handed((event) => events.push(event))
    expect(events).toEqual([{ event: 'exposureAuthorization' }, { event: 'disagree' }])
  })
})

describe('beacons', () => {
  it('are told once each, by the middle of their last strengths', async () => {
    const { listenForBeacons } = await import('../src/platform/beacon')
    let hear: (update: unknown) => void = () => undefined
    const stop = vi.fn()
    give({
      startBeaconDiscovery: ({ success }: Callbacks) => success({}),
      stopBeaconDiscovery: stop,
      offBeaconUpdate: () => undefined,
      onBeaconUpdate: (listener: typeof hear) => {
        hear = listener
      },
    })
    const listening = listenForBeacons(['uuid'], 1_000)
    for (const rssi of [-90, -60, -61, -75, -62, -63, 0]) {
      hear({ beacons: [{ uuid: 'uuid', major: '7', minor: 1, rssi }] })
    }
    hear({ beacons: [{ uuid: 'uuid', major: 7, minor: 2, rssi: -80 }] })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await listening).toEqual({
      kind: 'heard',
      beacons: [
        { uuid: 'uuid', major: 7, minor: 1, rssi: -62 },
        { uuid: 'uuid', major: 7, minor: 2, rssi: -80 },
      ],
    })
    expect(stop).toHaveBeenCalledTimes(1)
  })
})

describe('a screenshot', () => {
  it('is told to whoever still shows a code', async () => {
    const { onScreenshot } = await import('../src/platform/capture')
    const [first, second] = [vi.fn(), vi.fn()]
    const leave = onScreenshot(first)
    onScreenshot(second)
    phone.screenshot()
    leave()
    phone.screenshot()
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  })
})
