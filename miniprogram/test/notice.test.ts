import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, restart } from './fake-wx'
import { problem, routes, tokens } from './support/server'

let phone: FakeWx
let inbox: unknown[] = []

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(Date.UTC(2026, 10, 25, 4))
  phone = freshPhone()
  inbox = []
  phone.server = routes({
    'POST /v1/auth/login/password': (sent) => ({ body: tokens(1, (sent.body as { identifier: string }).identifier) }),
    'POST /v1/auth/logout': { status: 204 },
    'GET /v1/notices': () => ({ body: { items: inbox } }),
  })
})

afterEach(() => {
  vi.useRealTimers()
})

const entry = (id: string, topic: string, siteId?: string) => {
  return { id, topic, title: topic, body: 'body', at: '2026-11-25T04:00:00Z', ...(siteId && { siteId }) }
}
const unbound = entry('n2', 'card.unbound', 'site-1')
const bound = entry('n1', 'card.bound', 'site-1')

async function app(account = 'account-1') {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { notice } = await import('../src/services/notice')
  session.restore()
  if (!session.state().signedIn) await signIn.withPassword(account, 'correct horse')
  return { session, notice, signIn }
}

const asked = () => phone.sent.filter(({ path }) => path.startsWith('/v1/notices')).length

describe('notices', () => {
  it('are unread until the inbox was opened, also after a restart', async () => {
    inbox = [unbound, bound]
    const { notice } = await app()
    const told = vi.fn()
    notice.subscribe(told)
    expect(notice.news()).toBeUndefined()
    await notice.look(0)
    expect(notice.news()?.id).toBe('n2')
    restart()
    const again = (await app()).notice
    expect(again.news()?.id).toBe('n2')
    again.markRead()
    restart()
    expect((await app()).notice.news()).toBeUndefined()
    expect(told).toHaveBeenCalledTimes(1)
  })

  it('report a lost card of a site until read or until another card is bound', async () => {
    inbox = [entry('n3', 'account.noted'), unbound, bound]
    const { notice } = await app()
    await notice.look(0)
    expect(notice.gone('site-1')?.id).toBe('n2')
    expect(notice.gone('site-2')).toBeUndefined()
    inbox = [entry('n4', 'card.bound', 'site-1'), ...inbox]
    await notice.look(0)
    expect(notice.gone('site-1')).toBeUndefined()
    inbox = [entry('n5', 'card.unbound', 'site-1'), ...inbox]
    await notice.look(0)
    notice.markRead()
    expect(notice.gone('site-1')).toBeUndefined()
  })

  it('are fetched periodically, and a failure is ignored', async () => {
    const { notice } = await app()
    phone.server = () => problem(503, 'unavailable', '服务暂时不可用')
    await notice.look(60_000)
    const before = asked()
    await notice.look(60_000)
    expect(asked()).toBe(before)
    vi.setSystemTime(Date.now() + 60_000)
    await notice.look(60_000)
    expect(asked()).toBeGreaterThan(before)
    expect(notice.cached()).toEqual([])
  })

  it('of one account are not shown to another', async () => {
    inbox = [bound]
    const { session, notice } = await app()
    await notice.look(60_000)
    await session.logout()
    inbox = []
    await app('account-2')
    expect(notice.cached()).toEqual([])
    const before = asked()
    await notice.look(60_000)
    expect(asked()).toBe(before + 1)
  })
})
