import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone } from './fake-wx'
import { act, mounted } from './support/mounted'

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

describe('a refusal is a result, not an error', () => {
  it('of the location', async () => {
    const { locate, locationConsent } = await import('../src/platform/location')
    phone.location = 'refused'
    expect([await locate(), await locationConsent()]).toEqual([{ kind: 'refused' }, 'refused'])
    phone.location = 'granted'
    expect(await locate()).toEqual({ kind: 'here', lng: 112.93, lat: 28.2, accuracy: 20 })
    for (const errMsg of ['getLocation:fail timeout', 'getLocation:fail system permission denied']) {
      give({ getLocation: ({ fail }: Callbacks) => fail({ errMsg }) })
      expect(await locate()).toEqual({ kind: 'unavailable' })
    }
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

describe('the privacy guide', () => {
  type Resolve = (event: { event: string; buttonId?: string }) => void
  let need: (resolve: Resolve) => void

  beforeEach(() => {
    give({
      onNeedPrivacyAuthorization: (listener: typeof need) => {
        need = listener
      },
    })
  })

  /** A call that WeChat delays, and the answers to it. */
  function held(): string[] {
    const told: string[] = []
    need(({ event }) => told.push(event))
    return told
  }

  async function dialog() {
    const shown = await mounted(() => import('../src/components/privacy/index'))
    act(shown, 'listen')
    return shown
  }

  it('is answered for all pending calls', async () => {
    const shown = await dialog()
    const waiting = [held(), held()]
    expect(shown.data.shown).toBe(true)
    act(shown, 'onAgree')
    for (const told of waiting) expect(told).toEqual(['exposureAuthorization', 'agree'])
  })

  it('is refused where no page can ask, and the user sees why', async () => {
    const { privacy } = await import('../src/platform/privacy')
    const unheard = vi.fn()
    privacy.onUnheard(unheard)
    const shown = await dialog()
    act(shown, 'leave')
    expect(held()).toEqual(['disagree'])
    expect(unheard).toHaveBeenCalledTimes(1)
  })

  it('is refused when its dialog closes without an answer', async () => {
    const shown = await dialog()
    const told = held()
    act(shown, 'leave')
    expect(told).toEqual(['exposureAuthorization', 'disagree'])
    expect(shown.data.shown).toBe(false)
  })

  it('can be asked for on every page that needs it', () => {
    const source = resolve(import.meta.dirname, '../src')
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    const gated = files.filter((name) => {
      if (!/^(pages|packages)\/.*index\.(ts|wxml)$/.test(name)) return false
      return /await (copy|locate|offerLocation)\(|getPhoneNumber/.test(readFileSync(resolve(source, name), 'utf8'))
    })
    const pages = [...new Set(gated.map((name) => name.replace(/\.\w+$/, '')))].sort()
    expect(pages).toEqual(expect.arrayContaining(['pages/home/index', 'pages/me/index', 'pages/sites/index']))
    for (const page of pages) {
      expect(readFileSync(resolve(source, `${page}.wxml`), 'utf8'), page).toContain('<privacy')
      expect(readFileSync(resolve(source, `${page}.json`), 'utf8'), page).toContain('"/components/privacy/index"')
    }
  })
})

describe('a toast', () => {
  it('is not shown without a text', async () => {
    const { toast } = await import('../src/platform/ui')
    const shown = vi.fn()
    give({ showToast: shown })
    toast('')
    toast('已复制')
    expect(shown.mock.calls.map(([{ title }]) => title)).toEqual(['已复制'])
  })
})

describe('beacons', () => {
  it('are reported once each, with the median of the last signal strengths', async () => {
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
  it('is reported to pages that show a code', async () => {
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
