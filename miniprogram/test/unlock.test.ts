import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, type Reply } from './fake-wx'
import { problem } from './support/server'

const NOW = Date.UTC(2026, 10, 25, 4)
const REQUEST = { siteId: 'site-1', bindingId: 'binding-1' }

let phone: FakeWx

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(NOW)
  phone = freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

const service = async () => (await import('../src/services/unlock')).unlock

function said(state: string, reason = 'ok', text = ''): Reply {
  const door = { id: 'door-1', name: '东门' }
  const notAfter = new Date(NOW + 5_000).toISOString()
  return { status: state === 'sent' ? 202 : 200, body: { id: 'unlock-1', state, door, reason, text, notAfter } }
}

async function through<T>(promise: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync()
  return promise
}

describe('opening a door', () => {
  it('returns the door’s result', async () => {
    const unlock = await service()
    phone.server = () => said('acked', 'ok', '已开门')
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'opened', door: '东门', text: '已开门' })
    phone.server = () => said('denied', 'outside_schedule', '不在通行时段')
    const refused = { kind: 'refused', door: '东门', reason: 'outside_schedule', text: '不在通行时段' }
    expect(await through(unlock.open(REQUEST))).toEqual(refused)
    phone.server = () => said('expired', 'door_not_opened', '门未响应')
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'refused', reason: 'door_not_opened' })
    phone.server = () => ({ body: { state: 'denied', reason: 'card_lost', text: '卡已挂失' } })
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'refused', reason: 'card_lost', text: '卡已挂失' })
  })

  it('polls until the door has answered', async () => {
    const unlock = await service()
    let asked = 0
    phone.server = ({ method }) => {
      if (method === 'POST') return said('sent')
      asked += 1
      return asked < 3 ? said('sent') : said('acked', 'ok', '已开门')
    }
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'opened' })
    expect(phone.sent.map(({ path }) => path)).toEqual([
      '/v1/unlocks',
      '/v1/unlocks/unlock-1',
      '/v1/unlocks/unlock-1',
      '/v1/unlocks/unlock-1',
    ])
  })

  it('reports no success after the time is over, and stops polling', async () => {
    const unlock = await service()
    phone.server = () => said('sent')
    const result = await through(unlock.open(REQUEST))
    expect(result).toEqual({ kind: 'refused', door: '东门', reason: 'door_not_opened', text: '门未响应' })
    expect(Date.now() - NOW).toBeLessThan(8_000)
  })

  it('sends nothing while another request is under way', async () => {
    const unlock = await service()
    phone.server = () => said('acked', 'ok', '已开门')
    const first = unlock.open(REQUEST)
    expect(unlock.busy()).toBe(true)
    expect(await unlock.open(REQUEST)).toEqual({ kind: 'busy' })
    expect(await through(first)).toMatchObject({ kind: 'opened' })
    expect(unlock.busy()).toBe(false)
    expect(phone.sent).toHaveLength(1)
  })

  it('repeats a lost shake under its own key, and takes a new key for the next', async () => {
    const unlock = await service()
    let lost = true
    phone.server = () => {
      const reply = lost ? 'lost' : said('acked', 'ok', '已开门')
      lost = false
      return reply
    }
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'opened' })
    await through(unlock.open(REQUEST))
    const [first, second, third] = phone.sent.map(({ headers }) => headers['Idempotency-Key'])
    expect(first).toBeDefined()
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('is valid for eight seconds after the shake, by the server’s clock, and sent no later', async () => {
    const unlock = await service()
    const { clock } = await import('../src/services/clock')
    clock.learn({ server: NOW + 300_000, sentAt: NOW, receivedAt: NOW })
    const times: number[] = []
    phone.location = 'granted'
    phone.getLocation = () => undefined
    phone.server = () => {
      times.push(Date.now() - NOW)
      return 'lost'
    }
    await through(unlock.open(REQUEST))
    const wanted = phone.sent.map(({ body }) => (body as { notAfter: string }).notAfter)
    expect(new Set(wanted)).toEqual(new Set([new Date(NOW + 308_000).toISOString()]))
    expect(times).toEqual([2_500, 2_900, 3_900, 5_900])
    expect(phone.sent.map(({ timeout }) => timeout)).toEqual([5_500, 5_100, 4_100, 2_100])
  })

  it('continues polling after a lost answer', async () => {
    const unlock = await service()
    const replies: Reply[] = ['lost', problem(503, 'database-unavailable', '系统繁忙'), said('acked', 'ok', '已开门')]
    phone.server = ({ method }) => (method === 'POST' ? said('sent') : (replies.shift() ?? 'lost'))
    const under = unlock.open(REQUEST)
    await vi.advanceTimersByTimeAsync(100)
    phone.connect(false)
    await vi.advanceTimersByTimeAsync(1_000)
    phone.connect(true)
    expect(await through(under)).toMatchObject({ kind: 'opened' })
  })

  it('is unknown without an answer, and repeats the same request next time', async () => {
    const unlock = await service()
    const keys = () => phone.sent.filter(({ method }) => method === 'POST').map((one) => one.headers['Idempotency-Key'])
    phone.server = () => 'lost'
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'unknown' })
    phone.server = () => problem(503, 'database-unavailable', '系统繁忙')
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'unknown' })
    phone.server = ({ method }) => (method === 'POST' ? said('sent') : 'lost')
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'unknown' })
    expect(new Set(keys()).size).toBe(1)
    await through(unlock.open({ ...REQUEST, doorId: 'door-2' }))
    expect(new Set(keys()).size).toBe(2)
  })

  it('is a new request after ten seconds', async () => {
    const unlock = await service()
    phone.server = () => 'lost'
    await through(unlock.open(REQUEST))
    const first = phone.sent[0]?.headers['Idempotency-Key']
    phone.sent.length = 0
    vi.setSystemTime(Date.now() + 10_000)
    await through(unlock.open(REQUEST))
    expect(phone.sent[0]?.headers['Idempotency-Key']).not.toBe(first)
  })

  it('says that nothing was sent while the phone has no network', async () => {
    const unlock = await service()
    const { network } = await import('../src/platform/network')
    network.connected()
    phone.connect(false)
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'problem', problem: { code: 'offline' } })
  })

  it('waits and repeats while the same request is being processed', async () => {
    const unlock = await service()
    const times: number[] = []
    const running = problem(409, 'unlock-in-progress', '正在开门，请稍候') as object
    phone.server = () => {
      times.push(Date.now() - NOW)
      return times.length < 3 ? { ...running, headers: { 'Retry-After': '1' } } : said('acked', 'ok', '已开门')
    }
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'opened' })
    expect(times).toEqual([0, 1_000, 2_000])
    expect(new Set(phone.sent.map(({ headers }) => headers['Idempotency-Key'])).size).toBe(1)
    phone.server = () => ({ ...running, headers: { 'Retry-After': '1' } })
    expect(await through(unlock.open(REQUEST))).toEqual({ kind: 'unknown' })
  })

  it('never shows 正在开门 for a failure', async () => {
    const unlock = await service()
    phone.server = () => said('sent', 'ok', '正在开门')
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'refused', text: '门未响应' })
  })

  it('polls for some seconds whatever the server’s clock', async () => {
    const unlock = await service()
    const { clock } = await import('../src/services/clock')
    let asked = 0
    phone.server = ({ method }) => {
      if (method === 'POST') return said('sent')
      asked += 1
      if (asked === 1) clock.learn({ server: NOW + 3_600_000, sentAt: Date.now(), receivedAt: Date.now() })
      return asked < 4 ? said('sent') : said('acked', 'ok', '已开门')
    }
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'opened' })
    clock.learn({ server: NOW - 3_600_000, sentAt: Date.now(), receivedAt: Date.now() })
    const begun = Date.now()
    phone.server = () => said('sent')
    expect(await through(unlock.open(REQUEST))).toMatchObject({ kind: 'refused' })
    expect(Date.now() - begun).toBeLessThan(8_000)
  })

  it('asks which door when several are near, then opens that one', async () => {
    const unlock = await service()
    const doors = [
      { id: 'door-1', name: '东门', distance: 12 },
      { id: 'door-2', name: '西门', distance: null },
      { id: 5 },
    ]
    phone.server = ({ body }) => {
      const chosen = (body as { doorId?: string }).doorId
      return chosen ? said('acked', 'ok', '已开门') : problem(409, 'choose-door', '请选择要开的门', { doors })
    }
    const result = await through(unlock.open(REQUEST))
    const offered = [
      { id: 'door-1', name: '东门', distance: 12 },
      { id: 'door-2', name: '西门' },
    ]
    expect(result).toEqual({ kind: 'choose', doors: offered })
    expect(await through(unlock.open({ ...REQUEST, doorId: 'door-2' }))).toMatchObject({ kind: 'opened' })
    const keys = phone.sent.map(({ headers }) => headers['Idempotency-Key'])
    expect(new Set(keys).size).toBe(2)
  })

  it('shows in the server’s words why it was rejected', async () => {
    const unlock = await service()
    phone.server = () => {
      return { ...(problem(429, 'too-many-unlocks', '开门过于频繁') as object), headers: { 'Retry-After': '3' } }
    }
    const result = await through(unlock.open(REQUEST))
    expect(result).toMatchObject({ kind: 'problem', problem: { message: '开门过于频繁', retryAfter: 3 } })
    expect(unlock.busy()).toBe(false)
  })

  it('sends the position only with permission, without asking for it', async () => {
    const unlock = await service()
    phone.server = () => said('acked', 'ok', '已开门')
    for (const [location, position] of [
      ['unasked', undefined],
      ['refused', undefined],
      ['granted', { lng: 112.93, lat: 28.2, accuracy: 20 }],
    ] as const) {
      phone.location = location
      await through(unlock.open(REQUEST))
      const sent = phone.sent.at(-1)?.body as { position?: unknown } | undefined
      expect(sent?.position).toEqual(position)
    }
    expect(phone.located).toBe(1)
  })
})
