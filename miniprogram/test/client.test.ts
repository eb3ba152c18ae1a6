import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, type Reply, restart, type Sent } from './fake-wx'
import { delayedReply, problem, routes, tokens } from './support/server'

let phone: FakeWx

beforeEach(() => {
  vi.useFakeTimers()
  phone = freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

const client = () => import('../src/api/client')
async function services() {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { myAccount } = await import('../src/services/my-account')
  return { session, signIn, myAccount }
}

/** Runs everything that is due, timers included. */
async function through<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  await vi.runAllTimersAsync()
  return promise
}

/** The problem a promise fails with. */
async function failing(promise: Promise<unknown>) {
  const { Problem } = await import('../src/api/errors')
  const thrown = await through(promise).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(Problem)
  return thrown as InstanceType<typeof Problem>
}

/** Signs in with the first pair of tokens. */
async function signedIn(accountId = 'account-1') {
  const parts = await services()
  const before = phone.server
  phone.server = routes({ 'POST /v1/auth/login/password': { body: tokens(1, accountId) } })
  await through(parts.signIn.withPassword('13800001001', 'correct horse'))
  phone.server = before
  phone.sent.length = 0
  return parts
}

const authorizations = (): (string | undefined)[] => phone.sent.map(({ headers }) => headers.Authorization)
const keys = (): (string | undefined)[] => phone.sent.map(({ headers }) => headers['Idempotency-Key'])

describe('a call', () => {
  it('fills in parameters and query, and leaves out missing ones', async () => {
    phone.server = () => ({ body: { items: [], nextCursor: null } })
    const { call } = await client()
    await through(call('GET', '/v1/card-bindings/{id}/uses', { params: { id: 'a/b 1' }, query: { limit: 5 } }))
    await through(call('GET', '/v1/sites', { query: { q: '停车场&x=1', cursor: undefined } }))
    expect(phone.sent.map(({ path }) => path)).toEqual([
      '/v1/card-bindings/a%2Fb%201/uses?limit=5',
      '/v1/sites?q=%E5%81%9C%E8%BD%A6%E5%9C%BA%26x%3D1',
    ])
  })

  it('does not compile with a wrong path, parameter or body', async () => {
    const { call } = await client()
    phone.server = () => ({ body: {} })
    // @ts-expect-error: no such path
    await through(call('GET', '/v1/nowhere'))
    // @ts-expect-error: this path knows no DELETE
    await through(call('DELETE', '/v1/me'))
    // @ts-expect-error: the id is missing
    await through(call('GET', '/v1/card-bindings/{id}'))
    // @ts-expect-error: the body is missing
    await through(call('PUT', '/v1/me/site'))
    // @ts-expect-error: no such field
    await through(call('PUT', '/v1/me/site', { body: { site: 'x' } }))
  })

  it('distinguishes an unchanged answer by its ETag', async () => {
    phone.server = ({ headers }) => {
      return headers['If-None-Match'] === '"1"' ? { status: 304 } : { headers: { ETag: '"1"' }, body: { items: [] } }
    }
    const { ask } = await client()
    const first = await through(ask('GET', '/v1/sites'))
    expect(first.etag).toBe('"1"')
    const second = await through(ask('GET', '/v1/sites', { etag: '"1"' }))
    expect(second).toMatchObject({ status: 304, body: undefined })
  })

  it('can be cancelled', async () => {
    phone.server = () => new Promise<Reply>(() => undefined)
    const { call, canceller } = await client()
    const { signal, cancel } = canceller()
    const under = call('GET', '/v1/sites', { signal })
    cancel()
    expect((await failing(under)).cancelled).toBe(true)
    expect(phone.sent).toHaveLength(1)
  })
})

describe('problems', () => {
  it('carry the server’s text, fields, wait and request id', async () => {
    phone.server = () => {
      const errors = [
        { field: 'phone', code: 'phone', message: '请输入手机号' },
        { field: 'phone', code: 'second', message: '另一条' },
        { field: 'number', code: 'number', message: '卡号不对' },
      ]
      const reply = problem(422, 'invalid', '填写的内容有误，请按提示修改', { errors, doors: [1] })
      return { ...(reply as object), headers: { 'Retry-After': '30' } }
    }
    const { call } = await client()
    const body = { siteId: 's', kind: 'member', number: '1', phone: '2' } as const
    const thrown = await failing(call('POST', '/v1/card-bindings', { body }))
    expect(thrown).toMatchObject({
      status: 422,
      code: 'invalid',
      message: '填写的内容有误，请按提示修改',
      fields: { phone: '请输入手机号', number: '卡号不对' },
      retryAfter: 30,
      requestId: 'request-1',
    })
    expect(thrown.body.doors).toEqual([1])
  })

  it('are made from other error answers too', async () => {
    const { call } = await client()
    for (const body of ['<html>502 Bad Gateway</html>', '', null, [], { code: 5 }]) {
      phone.server = () => ({ status: 502, body })
      const thrown = await failing(call('GET', '/v1/me'))
      expect(thrown).toMatchObject({
        status: 502,
        code: 'unavailable',
        message: '服务暂时不可用，请稍后再试',
        fields: {},
      })
    }
  })

  it('are `offline` when no answer comes', async () => {
    const { call } = await client()
    const thrown = await failing(call('GET', '/v1/me'))
    expect(thrown).toMatchObject({ status: 0, code: 'offline', message: '网络不可用，请检查网络后重试' })
    expect(thrown.offline).toBe(true)
  })
})

describe('repeating', () => {
  /** Loses the first so many answers. */
  function flapping(lost: number, reply: Reply): (sent: Sent) => Reply {
    let count = 0
    return () => (count++ < lost ? 'lost' : reply)
  }

  it('sends a POST again under the same key until an answer comes', async () => {
    phone.server = flapping(3, { status: 202, body: { challengeId: 'c', expiresAt: '', sentTo: '' } })
    const { signIn } = await services()
    await through(signIn.requestCode('login', '13800001001'))
    expect(phone.sent).toHaveLength(4)
    expect(keys()[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(keys()).size).toBe(1)
    expect(new Set(phone.sent.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('waits 0.4, 1 and 2 seconds between', async () => {
    const times: number[] = []
    const begun = Date.now()
    phone.server = () => {
      times.push(Date.now() - begun)
      return 'lost'
    }
    const { call } = await client()
    await failing(call('GET', '/v1/me'))
    expect(times).toEqual([0, 400, 1_400, 3_400])
  })

  it('sends a POST without a key once', async () => {
    const { call } = await client()
    await failing(call('POST', '/v1/auth/login/password', { body: { identifier: 'a', password: 'b' } }))
    expect(phone.sent).toHaveLength(1)
  })

  it('does not repeat what was answered, not even by a failure', async () => {
    phone.server = () => problem(503, 'database-unavailable', '系统繁忙')
    const { call } = await client()
    await failing(call('GET', '/v1/me'))
    expect(phone.sent).toHaveLength(1)
  })

  it('tries once while the phone has no network', async () => {
    phone.networkType = 'none'
    const { call } = await client()
    const { network } = await import('../src/platform/network')
    network.connected()
    await vi.runAllTimersAsync()
    await failing(call('GET', '/v1/me'))
    expect(phone.sent).toHaveLength(1)
  })

  it('keeps the key when the user sends the same again after a lost answer, and only then', async () => {
    const { signIn } = await services()
    const ask = (identifier: string) => through(signIn.requestCode('login', identifier)).catch(() => undefined)
    await ask('13800001001')
    await ask('13800001001')
    expect(new Set(keys()).size).toBe(1)
    await ask('13800001002')
    expect(new Set(keys()).size).toBe(2)
    phone.sent.length = 0
    phone.server = () => ({ status: 202, body: { challengeId: 'c', expiresAt: '', sentTo: '' } })
    await ask('13800001002')
    await ask('13800001002')
    expect(new Set(keys()).size).toBe(2)
    phone.sent.length = 0
    phone.server = () => problem(429, 'too-many-codes', '验证码获取过于频繁，请稍后再试')
    await ask('13800001003')
    await ask('13800001003')
    expect(new Set(keys()).size).toBe(2)
  })

  it('takes a new key after two minutes, and after a sign-out', async () => {
    const { session, myAccount } = await signedIn()
    const ask = () => through(myAccount.requestCode({ purpose: 'confirm', act: 'phone' })).catch(() => undefined)
    await ask()
    vi.setSystemTime(Date.now() + 119_000)
    await ask()
    expect(new Set(keys()).size).toBe(1)
    vi.setSystemTime(Date.now() + 120_000)
    await ask()
    expect(new Set(keys()).size).toBe(2)
    await through(session.logout())
    await signedIn()
    await ask()
    expect(keys()[0]).toBeDefined()
    expect(new Set(keys()).size).toBe(1)
    const again = keys()[0]
    await through(session.logout())
    await signedIn()
    await ask()
    expect(keys()[0]).not.toBe(again)
  })

  it('keeps nothing of what was filled in', async () => {
    const { signIn } = await services()
    const set = vi.spyOn(Map.prototype, 'set')
    await failing(
      signIn.register({ password: 'correct horse', agreements: [], phone: '13800001001', withWechat: true }),
    )
    const kept = JSON.stringify(set.mock.calls.filter(([name]) => name === 'register'))
    set.mockRestore()
    expect(kept).toContain('login-code')
    expect(kept).not.toMatch(/correct horse|13800001001/)
  })

  it('registers again with the same request, login code included', async () => {
    const { signIn } = await services()
    const registration = { password: 'correct horse', agreements: [], phoneCode: 'p' }
    await failing(signIn.register(registration))
    phone.loginCode = 'another-code'
    phone.server = () => ({ status: 201, body: tokens(1) })
    await through(signIn.register(registration))
    expect(new Set(phone.sent.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(new Set(keys()).size).toBe(1)
  })
})

describe('the access token', () => {
  /** A server that accepts one access token only, and renews as given. */
  function guarded(
    good: string,
    renewal: (sent: Sent) => Reply | Promise<Reply>,
  ): (sent: Sent) => Reply | Promise<Reply> {
    return (sent) => {
      if (sent.path === '/v1/auth/refresh') return renewal(sent)
      if (sent.headers.Authorization === `Bearer ${good}`) return { body: { id: 'account-1' } }
      return problem(401, 'token-expired', '登录已过期，请重新登录')
    }
  }
  const renewals = (): Sent[] => phone.sent.filter(({ path }) => path === '/v1/auth/refresh')

  it('is renewed once for many calls that were refused together', async () => {
    await signedIn()
    phone.server = guarded('access-2', () => ({ body: tokens(2) }))
    const { call } = await client()
    await through(Promise.all([call('GET', '/v1/me'), call('GET', '/v1/me/site'), call('GET', '/v1/notices')]))
    expect(renewals()).toHaveLength(1)
    expect(renewals()[0]?.body).toEqual({ refreshToken: 'refresh-1' })
    expect(renewals()[0]?.headers.Authorization).toBeUndefined()
    expect(authorizations().filter((one) => one === 'Bearer access-2')).toHaveLength(3)
  })

  it('is renewed no second time for one call', async () => {
    await signedIn()
    phone.server = guarded('never', () => ({ body: tokens(2) }))
    const { call } = await client()
    expect((await failing(call('GET', '/v1/me'))).code).toBe('token-expired')
    expect(renewals()).toHaveLength(1)
  })

  it('is not renewed because a password or a WeChat code was wrong', async () => {
    const { session, myAccount } = await signedIn()
    phone.server = () => problem(401, 'wechat-code-refused', '微信登录凭证已失效，请重新点击登录')
    expect((await failing(myAccount.linkWechat())).code).toBe('wechat-code-refused')
    expect(renewals()).toHaveLength(0)
    expect(session.state().signedIn).toBe(true)
  })

  it('stays when the network or the server fails during renewal', async () => {
    const { session } = await signedIn()
    const ended = vi.fn()
    session.onEnded(ended)
    const { call } = await client()
    const replies: Reply[] = [
      'lost',
      problem(503, 'database-unavailable', '系统繁忙'),
      problem(429, 'too-many-logins', '登录过于频繁，请一分钟后再试'),
      problem(409, 'idempotency-running', '请稍候'),
      { status: 403, body: '<html>portal</html>' },
    ]
    for (const reply of replies) {
      phone.server = guarded('access-2', () => reply)
      await failing(call('GET', '/v1/me'))
      expect(session.state().signedIn).toBe(true)
    }
    expect(ended).not.toHaveBeenCalled()
  })

  it('ends the session when the renewal is refused', async () => {
    const { session } = await signedIn()
    const ended = vi.fn()
    session.onEnded(ended)
    phone.server = guarded('never', () => problem(401, 'session-ended', '登录已失效，请重新登录'))
    const { call } = await client()
    await failing(call('GET', '/v1/me'))
    expect(session.state()).toEqual({ signedIn: false })
    expect(ended).toHaveBeenCalledTimes(1)
    expect(ended.mock.calls[0]?.[0]).toMatchObject({ message: '登录已失效，请重新登录' })
  })

  it('is renewed under the same key when the app was closed before the answer came', async () => {
    await signedIn()
    phone.server = guarded('access-2', () => 'lost')
    const first = await client()
    await failing(first.call('GET', '/v1/me'))
    restart()
    const { session } = await services()
    expect(session.restore().signedIn).toBe(true)
    phone.server = guarded('access-2', () => ({ body: tokens(2) }))
    const { call } = await client()
    await through(call('GET', '/v1/me'))
    expect(new Set(renewals().map(({ headers }) => headers['Idempotency-Key'])).size).toBe(1)
    phone.server = guarded('access-3', () => ({ body: tokens(3) }))
    await through(call('GET', '/v1/me'))
    expect(new Set(renewals().map(({ headers }) => headers['Idempotency-Key'])).size).toBe(2)
  })

  it('of an account that signed in meanwhile is not used for an old call', async () => {
    const { session, signIn } = await signedIn()
    let renew: (reply: Reply) => void = () => undefined
    phone.server = guarded('access-9', () => new Promise<Reply>((resolve) => (renew = resolve)))
    const { call } = await client()
    const old = call('GET', '/v1/me')
    old.catch(() => undefined)
    await vi.runAllTimersAsync()
    const guard = phone.server
    phone.server = () => ({ body: { ...tokens(9, 'account-2') } })
    await through(signIn.withPassword('13800001002', 'correct horse'))
    phone.server = guard
    renew({ body: tokens(2) })
    expect((await failing(old)).cancelled).toBe(true)
    expect(session.state()).toMatchObject({ signedIn: true, accountId: 'account-2' })
    expect(authorizations()).not.toContain('Bearer access-9')
  })
})

describe('a request of one account', () => {
  /** Another account signs in. */
  async function handOver() {
    const { signIn } = await services()
    const before = phone.server
    phone.server = () => ({ body: tokens(9, 'account-2') })
    await signIn.withPassword('13800001002', 'correct horse')
    phone.server = before
  }
  const asB = (): Sent[] => phone.sent.filter(({ headers }) => headers.Authorization === 'Bearer access-9')

  it('is not repeated under the next, neither after a lost answer nor after a refused token', async () => {
    await signedIn()
    const { call } = await client()
    const body = { siteId: 's', kind: 'member', number: '1', phone: '13800001001' } as const
    const lost = call('POST', '/v1/card-bindings', { key: 'a', body })
    lost.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(100)
    await handOver()
    expect((await failing(lost)).cancelled).toBe(true)

    await signedIn()
    const { reply, answer } = delayedReply()
    phone.server = () => reply
    const refused = call('GET', '/v1/me')
    refused.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    await handOver()
    answer(problem(401, 'token-expired', '登录已过期，请重新登录'))
    expect((await failing(refused)).cancelled).toBe(true)
    expect(asB()).toEqual([])
  })

  it('is not answered to the next', async () => {
    await signedIn()
    const { reply, answer } = delayedReply()
    phone.server = () => reply
    const { call } = await client()
    const late = call('GET', '/v1/me/site')
    late.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    await handOver()
    answer({ body: { id: 'site-of-a' } })
    expect((await failing(late)).cancelled).toBe(true)
  })

  it('is cancelled at the sign-out', async () => {
    const { session } = await signedIn()
    const broken = vi.fn()
    const { request } = phone
    phone.request = (asked) => {
      const { abort } = request.call(phone, asked)
      return {
        abort() {
          broken(asked.url)
          abort()
        },
      }
    }
    phone.server = ({ path }) => (path === '/v1/auth/logout' ? { status: 204 } : new Promise<Reply>(() => undefined))
    const { call } = await client()
    const under = call('GET', '/v1/me')
    under.catch(() => undefined)
    await session.logout()
    expect(broken.mock.calls).toEqual([['/v1/me']])
    expect((await failing(under)).cancelled).toBe(true)
  })
})

describe('a request with a deadline', () => {
  it('starts no attempt afterwards, and limits each to the time left', async () => {
    const begun = Date.now()
    const { call } = await client()
    await failing(call('GET', '/v1/me', { until: begun + 3_000 }))
    expect(phone.sent.map(({ timeout }) => timeout)).toEqual([3_000, 2_600, 1_600])
    phone.sent.length = 0
    await failing(call('GET', '/v1/me', { until: begun }))
    expect(phone.sent).toEqual([])
  })
})
