import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, restart } from './fake-wx'
import { delayedReply, problem, routes, tokens } from './support/server'

const BEGIN = Date.UTC(2026, 10, 25, 4)
const REQUEST = { siteId: 'site-1', kind: 'member', number: '111,27706', phone: '13800001001' } as const
const ASKED = { id: 'binding-1', siteId: 'site-1', kind: 'member', number: '****7706', state: 'challenged' }

let phone: FakeWx

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(BEGIN)
  phone = freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

async function app() {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { card } = await import('../src/services/card')
  const { countdown } = await import('../src/services/countdown')
  return { session, card, countdown, signIn }
}

async function asked() {
  const parts = await app()
  phone.server = routes({
    'POST /v1/auth/login/password': { body: tokens(1) },
    'POST /v1/auth/logout': { status: 204 },
    'POST /v1/card-bindings': { status: 201, body: ASKED },
    'POST /v1/card-bindings/binding-1/confirm': { body: { ...ASKED, state: 'bound' } },
  })
  await parts.signIn.withPassword('13800001001', 'correct horse')
  await parts.card.bind(REQUEST)
  return parts
}

describe('the countdown of a sent code', () => {
  it('continues while the page or the app is closed', async () => {
    const { card } = await asked()
    expect(card.pending()).toEqual({ bindingId: 'binding-1', request: REQUEST, resendIn: 60, expiresIn: 300 })
    vi.setSystemTime(BEGIN + 20_500)
    restart()
    const again = await app()
    again.session.restore()
    expect(again.card.pending()).toMatchObject({ bindingId: 'binding-1', resendIn: 40, expiresIn: 280 })
    vi.setSystemTime(BEGIN + 60_000)
    expect(again.card.pending()).toMatchObject({ resendIn: 0, expiresIn: 240 })
    expect(again.card.resendIn()).toBe(0)
    vi.setSystemTime(BEGIN + 300_000)
    expect(again.card.pending()).toBeUndefined()
  })

  it('is as long as the server demands', async () => {
    const { card } = await asked()
    phone.server = () => {
      return { ...(problem(429, 'too-many-codes', '验证码获取过于频繁') as object), headers: { 'Retry-After': '117' } }
    }
    await expect(card.bind({ ...REQUEST, number: '222' })).rejects.toMatchObject({ retryAfter: 117 })
    expect(card.resendIn()).toBe(117)
  })

  it('does not grow when the clock is set back', async () => {
    const { card } = await asked()
    vi.setSystemTime(BEGIN - 3_600_000)
    expect(card.pending()).toMatchObject({ resendIn: 60, expiresIn: 300 })
  })

  it('ends with the code, right or out of tries, and with the account', async () => {
    const first = await asked()
    phone.server = () => problem(422, 'code-wrong', '验证码不正确，还可以再试 4 次')
    await expect(first.card.confirm('binding-1', '000000')).rejects.toMatchObject({ code: 'code-wrong' })
    expect(first.card.pending()).toBeDefined()
    phone.server = () => problem(409, 'code-exhausted', '验证码输错次数过多，请重新获取')
    await expect(first.card.confirm('binding-1', '000000')).rejects.toMatchObject({ code: 'code-exhausted' })
    expect(first.card.pending()).toBeUndefined()
    const second = await asked()
    await second.card.confirm('binding-1', '123456')
    expect(second.card.pending()).toBeUndefined()
    expect(second.card.cached()).toMatchObject([{ id: 'binding-1', state: 'bound' }])
    const third = await asked()
    await third.session.logout()
    expect([third.card.pending(), third.card.resendIn()]).toEqual([undefined, 0])
  })

  it('does not begin for a card that is bound already', async () => {
    const { card, signIn } = await app()
    phone.server = routes({
      'POST /v1/auth/login/password': { body: tokens(1) },
      'POST /v1/card-bindings': { status: 201, body: { ...ASKED, state: 'bound' } },
    })
    await signIn.withPassword('13800001001', 'correct horse')
    expect((await card.bind(REQUEST)).state).toBe('bound')
    expect([card.pending(), card.resendIn()]).toEqual([undefined, 0])
  })

  it('is separate for each purpose, and contains no recipient', async () => {
    const { countdown } = await app()
    countdown.start('login')
    vi.setSystemTime(BEGIN + 10_000)
    countdown.start('register', 90)
    expect([countdown.left('login'), countdown.left('register'), countdown.left('reset')]).toEqual([50, 90, 0])
    countdown.stop('register')
    expect([countdown.left('login'), countdown.left('register')]).toEqual([50, 0])
  })
})

describe('a confirmation whose answer was lost', () => {
  const lostThen = (state: string) => {
    const ended = problem(409, 'binding-not-waiting', '这次绑定已结束，请重新填写卡号并获取验证码')
    return routes({
      'POST /v1/card-bindings/binding-1/confirm': ended,
      'GET /v1/card-bindings/binding-1': { body: { ...ASKED, state, doors: [], plates: [] } },
    })
  }

  it('is done when the card is bound', async () => {
    const { card } = await asked()
    phone.server = lostThen('bound')
    expect(await card.confirm('binding-1', '123456')).toMatchObject({ id: 'binding-1', state: 'bound' })
    expect(card.cached()).toMatchObject([{ id: 'binding-1', state: 'bound' }])
    expect(card.pending()).toBeUndefined()
  })

  it('is over when it is not', async () => {
    const { card } = await asked()
    phone.server = lostThen('superseded')
    await expect(card.confirm('binding-1', '123456')).rejects.toMatchObject({ code: 'binding-not-waiting' })
    expect(card.cached()).toEqual([])
  })
})

describe('the list of cards', () => {
  it('does not undo a binding that happened after it was requested', async () => {
    const { card } = await asked()
    const before = delayedReply()
    phone.server = ({ method }) => (method === 'GET' ? before.reply : { body: { ...ASKED, state: 'bound' } })
    const first = card.list()
    await card.confirm('binding-1', '123456')
    before.answer({ body: { items: [], nextCursor: null } })
    expect(await first).toMatchObject([{ id: 'binding-1' }])
    expect(card.cached()).toMatchObject([{ id: 'binding-1' }])

    const again = delayedReply()
    phone.server = ({ method }) => (method === 'GET' ? again.reply : { status: 204 })
    const second = card.list()
    await card.unbind('binding-1')
    again.answer({ body: { items: [{ ...ASKED, state: 'bound' }], nextCursor: null } })
    expect(await second).toEqual([])
    expect(card.cached()).toEqual([])
  })

  it('stops when another account signs in', async () => {
    const { card, signIn } = await asked()
    phone.server = ({ path }) => {
      if (path.startsWith('/v1/auth')) return { body: tokens(2, 'account-2') }
      return { body: { items: [{ ...ASKED, id: 'of-a' }], nextCursor: path.includes('cursor') ? null : 'two' } }
    }
    const first = card.list()
    await signIn.withPassword('13800001002', 'correct horse')
    await first.catch(() => undefined)
    expect(card.cached()).toEqual([])
  })

  it('is fetched to its end', async () => {
    const { card, signIn } = await app()
    const page = (id: string, nextCursor: string | null) => ({ body: { items: [{ ...ASKED, id }], nextCursor } })
    phone.server = ({ path }) => {
      if (path.startsWith('/v1/auth')) return { body: tokens(1) }
      return path.includes('cursor=two') ? page('b', null) : page('a', 'two')
    }
    await signIn.withPassword('13800001001', 'correct horse')
    expect((await card.list()).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})
