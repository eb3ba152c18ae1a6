import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone } from './fake-wx'
import { act, type Mounted, mounted } from './support/mounted'
import { routes, tokens } from './support/server'

const SITE = { id: 'site-1', name: '东门停车场', timeZone: 'Asia/Shanghai', visitingHours: '' }
const OPENED = { id: 'unlock-1', state: 'acked', door: { id: 'door-1', name: '东门' }, reason: 'ok', text: '已开门' }
const LINGER_MS = 10_000

let phone: FakeWx
/** Answers WeChat's question; undefined until the user answers. */
let answerModal: (confirm: boolean) => void

beforeEach(() => {
  vi.useFakeTimers()
  phone = freshPhone()
  Object.assign(phone, {
    showModal: () => new Promise((resolve) => (answerModal = (confirm) => resolve({ confirm }))),
    vibrateLong: () => undefined,
    vibrateShort: () => undefined,
  })
  phone.location = 'refused'
})

afterEach(() => {
  vi.useRealTimers()
})

/** The main screen of a user who has chosen a site. */
async function home(): Promise<Mounted> {
  const { signIn } = await import('../src/services/sign-in')
  const { site } = await import('../src/services/site')
  phone.server = routes({
    'POST /v1/auth/login/password': { body: tokens(1) },
    'PUT /v1/me/site': { body: SITE },
    'POST /v1/unlocks': { body: OPENED },
  })
  await signIn.withPassword('13800001001', 'correct horse')
  await site.choose('site-1')
  phone.sent.length = 0
  return mounted(() => import('../src/pages/home/index'))
}

const kindOf = (page: Mounted): unknown => (page.data.result as { kind: string }).kind
const unlocks = (): number => phone.sent.filter(({ path }) => path === '/v1/unlocks').length

describe('unlocking from the main screen', () => {
  it('ends in a result that can be closed, whatever fails', async () => {
    const page = await home()
    phone.getSetting = () => {
      throw new Error('WeChat is broken')
    }
    await act(page, 'open')
    expect([kindOf(page), page.opening]).toEqual(['refused', false])
    act(page, 'onResultClose')
    expect(act(page, 'busy')).toBe(false)
  })

  it('waits for the location permission for a limited time; nothing opens afterwards', async () => {
    phone.location = 'unasked'
    const page = await home()
    const under = act(page, 'open')
    await vi.advanceTimersByTimeAsync(21_000)
    await under
    expect([kindOf(page), page.opening]).toEqual(['refused', false])
    expect(page.data.result).toMatchObject({ text: '等待太久，没有开门，请在门前再试一次' })
    answerModal(false)
    await vi.advanceTimersByTimeAsync(LINGER_MS)
    expect(unlocks()).toBe(0)
  })

  it('goes on when the question is answered', async () => {
    phone.location = 'unasked'
    const page = await home()
    const under = act(page, 'open')
    await vi.advanceTimersByTimeAsync(1_000)
    answerModal(false)
    await under
    expect([kindOf(page), unlocks()]).toEqual(['opened', 1])
  })

  it('is not started by a shake while the user chooses a door', async () => {
    const { shaking } = await import('./support/motion')
    const { activity } = await import('../src/pages/home/activity')
    const page = await home()
    const sensor = activity({ codeChange: () => undefined, shake: () => act(page, 'onShake') })
    sensor.update({ siteId: '', codeUntil: undefined, shakes: true })
    const shake = async (seed: number) => {
      const from = Date.now()
      for (const { at, sample } of shaking(seed, 2.5)) {
        vi.setSystemTime(from + at)
        phone.move(sample)
      }
      await vi.advanceTimersByTimeAsync(LINGER_MS)
    }
    page.data.doors = [{ id: 'door-1', name: '东门', away: '' }]
    await shake(7)
    expect(unlocks()).toBe(0)
    act(page, 'onNoDoor')
    await shake(7)
    expect(unlocks()).toBe(1)
  })
})
