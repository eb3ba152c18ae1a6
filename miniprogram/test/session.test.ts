import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, type Reply, restart } from './fake-wx'
import { delayedReply, problem, routes, tokens } from './support/server'

let phone: FakeWx

beforeEach(() => {
  vi.useFakeTimers()
  phone = freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

const SITE = { id: 'site-1', name: '测试Z停车场', timeZone: 'Asia/Shanghai', visitingHours: '全天' }
const CARD = { id: 'binding-1', siteId: 'site-1', kind: 'member', number: '****5678', state: 'bound' }

async function app() {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { myAccount } = await import('../src/services/my-account')
  const { site } = await import('../src/services/site')
  const { card } = await import('../src/services/card')
  const { settings } = await import('../src/services/settings')
  const { countdown } = await import('../src/services/countdown')
  return { session, site, card, settings, countdown, signIn, myAccount }
}

function server(accountId: string) {
  return routes({
    'POST /v1/auth/login/password': { body: tokens(1, accountId) },
    'POST /v1/auth/login/wechat': { body: { ...tokens(5, accountId), wechatLinked: true } },
    'POST /v1/auth/logout': { status: 204 },
    'PUT /v1/me/site': { body: SITE },
    'GET /v1/card-bindings': { body: { items: [CARD], nextCursor: null } },
    'GET /v1/sites': { headers: { ETag: '"1"' }, body: { items: [{ ...SITE, group: 'mine' }], nextCursor: 'more' } },
    'GET /v1/sites/site-1/credentials': problem(404, 'site-not-found', '没有找到这个场区，请重新选择'),
  })
}

/** A phone with stored data: site, cards, lists, a draft, a wait, settings. */
async function used(accountId = 'account-1') {
  const parts = await app()
  const { signIn, site, card, settings } = parts
  phone.server = server(accountId)
  await signIn.withPassword('13800001001', 'correct horse')
  await site.choose('site-1')
  await site.list()
  await card.list()
  card.saveDraft({ number: '111,27706', phone: '13800001001' })
  settings.change({ large: true })
  return parts
}

const remembered = (): string[] => [...phone.storage.keys()].sort()

describe('a session', () => {
  it('is restored after a restart, before any request', async () => {
    await used()
    restart()
    phone.sent.length = 0
    const { session, site, card } = await app()
    expect(session.restore()).toEqual({ signedIn: true, accountId: 'account-1', wechatLinked: false })
    expect(site.current()?.name).toBe('测试Z停车场')
    expect(card.cached('site-1')).toHaveLength(1)
    expect(card.cached('another')).toHaveLength(0)
    expect(site.cached()).toHaveLength(1)
    expect(phone.sent).toHaveLength(0)
  })

  it('notifies its subscribers until they unsubscribe', async () => {
    const { session, signIn } = await app()
    phone.server = server('account-1')
    const told = vi.fn()
    const leave = session.subscribe(told)
    await signIn.withPassword('13800001001', 'correct horse')
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ signedIn: true }))
    leave()
    await session.logout()
    expect(told).toHaveBeenCalledTimes(1)
  })

  it('by WeChat fails with a text when WeChat gives no code', async () => {
    const { signIn, myAccount } = await app()
    phone.loginCode = undefined
    const refused = { code: 'wechat-refused', status: 0 }
    const message = expect.stringContaining('改用账号密码')
    await expect(signIn.withWechat()).rejects.toMatchObject({ ...refused, message })
    expect(phone.sent).toHaveLength(0)
    phone.server = () => ({ body: tokens(1) })
    await signIn.withPassword('13800001001', 'correct horse')
    await expect(myAccount.linkWechat()).rejects.toMatchObject({
      ...refused,
      message: expect.not.stringContaining('登录'),
    })
  })
})

describe('what is deleted', () => {
  it('at a sign-out: all data of the account, no setting of the phone', async () => {
    const { session, site, card, settings } = await used()
    const told = vi.fn()
    session.onEnded(told)
    await session.logout()
    expect(phone.sent.at(-1)).toMatchObject({ method: 'POST', path: '/v1/auth/logout' })
    expect(session.state()).toEqual({ signedIn: false })
    expect([site.current(), site.cached(), card.cached(), card.draft()]).toEqual([undefined, [], [], {}])
    expect(remembered().filter((key) => key.includes('.account.'))).toEqual([])
    expect(settings.current().large).toBe(true)
    expect(told).not.toHaveBeenCalled()
    const left = JSON.stringify([...phone.storage.values()])
    for (const secret of ['access-1', 'refresh-1', '111,27706', '13800001001']) expect(left).not.toContain(secret)
  })

  it('at a sign-out without a network: the same', async () => {
    const { session, site } = await used()
    phone.connect(false)
    const under = session.logout()
    await vi.runAllTimersAsync()
    await under
    expect(session.state()).toEqual({ signedIn: false })
    expect(site.current()).toBeUndefined()
    restart()
    expect((await app()).session.restore()).toEqual({ signedIn: false })
  })

  it('at a sign-out, before the server is told: an app that is killed meanwhile starts signed out', async () => {
    const { session } = await used()
    phone.server = () => new Promise<Reply>(() => undefined)
    void session.logout()
    expect(session.state()).toEqual({ signedIn: false })
    expect(remembered().filter((key) => key.includes('.account.'))).toEqual([])
    restart()
    expect((await app()).session.restore()).toEqual({ signedIn: false })
  })

  it('at a sign-out, the session first', async () => {
    const { session } = await used()
    const removed: string[] = []
    const remove = phone.removeStorageSync
    phone.getStorageInfoSync = () => ({ keys: [...phone.storage.keys()].reverse() })
    phone.removeStorageSync = (key) => {
      removed.push(key)
      remove.call(phone, key)
    }
    await session.logout()
    expect(removed[0]).toBe('km.account.session')
  })

  it('at a sign-out, by name where the phone does not list its storage', async () => {
    const { session } = await used()
    phone.getStorageInfoSync = () => {
      throw new Error('storage is away')
    }
    await session.logout()
    expect(remembered().filter((key) => key.includes('.account.'))).toEqual([])
  })

  it('at a sign-out even if storage fails, and subscribers are notified', async () => {
    const { session, site } = await used()
    const told = vi.fn()
    session.subscribe(told)
    phone.broken = true
    await session.logout()
    expect(told).toHaveBeenLastCalledWith({ signedIn: false })
    expect([session.state(), site.current()]).toEqual([{ signedIn: false }, undefined])
  })

  it('at a sign-out of a phone that cannot remove values: they are emptied', async () => {
    const { session } = await used()
    phone.removeStorageSync = () => {
      throw new Error('not now')
    }
    await session.logout()
    restart()
    expect((await app()).session.restore()).toEqual({ signedIn: false })
  })

  it('at a sign-out, also where a listener fails', async () => {
    const { session } = await used()
    const told = vi.fn()
    session.onWiped(() => {
      throw new Error('a page is gone')
    })
    session.subscribe(told)
    await session.logout().catch(() => undefined)
    expect(told).toHaveBeenLastCalledWith({ signedIn: false })
    expect(phone.sent.at(-1)?.path).toBe('/v1/auth/logout')
  })

  it('at a sign-out, the server is told also when the access token has run out', async () => {
    const { session } = await used()
    phone.server = (sent) => {
      if (sent.path === '/v1/auth/refresh') return { body: tokens(2) }
      if (sent.headers.Authorization === 'Bearer access-2') return { status: 204 }
      return problem(401, 'token-expired', '登录已过期，请重新登录')
    }
    await session.logout()
    const last = phone.sent.at(-1)
    expect([last?.path, last?.headers.Authorization]).toEqual(['/v1/auth/logout', 'Bearer access-2'])
  })

  it('when another account signs in, as after WeChat itself changed users', async () => {
    const { site, card, signIn } = await used('account-1')
    phone.server = server('account-2')
    const state = await signIn.withWechat()
    expect(state).toMatchObject({ signedIn: true, accountId: 'account-2' })
    expect([site.current(), site.cached(), card.cached(), card.draft()]).toEqual([undefined, [], [], {}])
  })

  it('nothing when the same account signs in again', async () => {
    const { session, site, card, signIn } = await used('account-1')
    await signIn.withWechat()
    expect(session.state()).toMatchObject({ accountId: 'account-1', wechatLinked: true })
    expect(site.current()?.id).toBe('site-1')
    expect(card.cached()).toHaveLength(1)
  })

  it('when storage is full or broken, nothing fails', async () => {
    phone.full = true
    const { session, settings, signIn } = await app()
    phone.server = server('account-1')
    await signIn.withPassword('13800001001', 'correct horse')
    settings.change({ language: 'en' })
    expect(session.state().signedIn).toBe(true)
    expect(settings.current().language).toBe('en')
    restart()
    phone.full = false
    for (const broken of ['{', '5', '"x"', 'null', '{"v":0,"d":{}}', '{"v":1,"d":5}', '{"v":1,"d":{}}', '{"v":1}']) {
      phone.storage.set('km.account.session', broken)
      expect((await app()).session.restore(), broken).toEqual({ signedIn: false })
      restart()
    }
  })
})

describe('the sites', () => {
  it('come from the phone when the network is away, and are not sent twice', async () => {
    const { site } = await used()
    phone.server = ({ headers }) => (headers['If-None-Match'] === '"1"' ? { status: 304 } : 'lost')
    expect(await site.list()).toMatchObject({ cached: false, items: [{ id: 'site-1' }], nextCursor: 'more' })
    phone.connect(false)
    expect(await site.list()).toEqual({ cached: true, items: [expect.objectContaining({ id: 'site-1' })] })
    await expect(site.list({ q: 'z' })).rejects.toMatchObject({ code: 'offline' })
  })

  it('are not overwritten by an answer from before the choice', async () => {
    const { site } = await used()
    const { reply, answer } = delayedReply()
    const other = { ...SITE, id: 'site-2', name: '另一个场区' }
    phone.server = ({ method }) => (method === 'GET' ? reply : { body: other })
    const under = site.refresh()
    await site.choose('site-2')
    answer({ body: SITE })
    expect((await under)?.id).toBe('site-2')
    expect(site.current()?.id).toBe('site-2')
  })

  it('of one account are not shown to the next', async () => {
    const { site, signIn } = await used('account-1')
    const { reply, answer } = delayedReply()
    phone.server = () => reply
    const under = site.refresh().catch(() => undefined)
    phone.server = server('account-2')
    await signIn.withWechat()
    answer({ body: SITE })
    await under
    expect(site.current()).toBeUndefined()
    expect(remembered()).not.toContain('km.account.site')
  })

  it('have no current one before one was chosen', async () => {
    const { site } = await used()
    const told = vi.fn()
    site.subscribe(told)
    phone.server = () => problem(404, 'site-not-found', '没有找到这个场区，请重新选择')
    expect(await site.refresh()).toBeUndefined()
    expect(told).toHaveBeenCalledWith(undefined)
    phone.server = () => problem(503, 'database-unavailable', '系统繁忙')
    await expect(site.refresh()).rejects.toMatchObject({ status: 503 })
  })
})
