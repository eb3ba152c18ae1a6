import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, type Reply, restart } from './fake-wx'
import { BINDING_ID, credentialAt, credentialsAt, SITE_ID, verifier } from './support/credentials'
import { verdict } from './support/km1'
import { delayedReply, problem, routes, tokens } from './support/server'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** In the middle of a step, in the morning of a UTC day. */
const NOON = Date.UTC(2026, 10, 25, 4, 0, 7)
const PATH = `GET /v1/sites/${SITE_ID}/credentials`

let phone: FakeWx
/** How far the server's clock is ahead of the phone's. */
let ahead: number

const serverNow = (): number => Date.now() + ahead

async function app() {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { myAccount } = await import('../src/services/my-account')
  const { doorCode } = await import('../src/services/door-code')
  const { credential } = await import('../src/services/credential')
  const { clock } = await import('../src/services/clock')
  const { card } = await import('../src/services/card')
  return { session, credential, clock, card, signIn, myAccount, doorCode }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(NOON)
  ahead = 0
  phone = freshPhone()
  phone.server = serving()
})

afterEach(() => {
  vi.useRealTimers()
})

function serving(credentials?: (now: number) => ReturnType<typeof credentialAt>[]) {
  return routes({
    'POST /v1/auth/login/password': { body: tokens(1) },
    'POST /v1/auth/logout': { status: 204 },
    [PATH]: (): Reply => ({ body: credentialsAt(serverNow(), credentials?.(serverNow())) }),
  })
}

/** Signed in and with keys. */
async function settled() {
  const parts = await app()
  await parts.signIn.withPassword('13800001001', 'correct horse')
  await parts.credential.refresh(SITE_ID)
  phone.sent.length = 0
  return parts
}

const fetches = (): number => phone.sent.filter(({ path }) => path.endsWith('/credentials')).length
/** The verdict of a reader with the server's clock. */
const verdictOf = (text: string | undefined): string => verdict(text ?? '', serverNow() / 1000, 1, verifier)

describe('a code', () => {
  it('is accepted by a reader, and changes with the step', async () => {
    const { clock, doorCode } = await settled()
    const first = doorCode.current(BINDING_ID)
    expect(verdictOf(first?.text)).toBe('open')
    expect(first?.step).toBe(15)
    expect((first?.nextChange ?? 0) - clock.now()).toBe(8_000)
    vi.setSystemTime(NOON + 7_999)
    expect(doorCode.current(BINDING_ID)?.text).toBe(first?.text)
    vi.setSystemTime(NOON + 8_000)
    const second = doorCode.current(BINDING_ID)
    expect(second?.text).not.toBe(first?.text)
    expect(verdictOf(second?.text)).toBe('open')
    expect((second?.nextChange ?? 0) - clock.now()).toBe(15_000)
  })

  it('is new after a use, a screenshot or reopening, also after a restart in the same step', async () => {
    const { doorCode } = await settled()
    const seen = new Set([doorCode.current(BINDING_ID)?.text])
    for (let count = 0; count < 5; count++) {
      doorCode.renew()
      const code = doorCode.current(BINDING_ID)
      expect(verdictOf(code?.text)).toBe('open')
      seen.add(code?.text)
    }
    restart()
    const again = await app()
    again.session.restore()
    again.doorCode.renew()
    seen.add(again.doorCode.current(BINDING_ID)?.text)
    expect(seen.size).toBe(7)
  })

  it.each([5, -5, 90])('is right on a phone whose clock is %d minutes off', async (minutes) => {
    ahead = minutes * MINUTE
    const { credential, clock, doorCode } = await settled()
    expect(Math.abs(clock.now() - serverNow())).toBeLessThan(50)
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
    expect(credential.view(SITE_ID).cards[0]?.state).toBe('ready')
  })

  it('follows when the phone’s clock is corrected while the app runs', async () => {
    ahead = 5 * MINUTE
    const { doorCode } = await settled()
    vi.setSystemTime(Date.now() + ahead)
    ahead = 0
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('not_yet')
    phone.server = () => {
      const date = new Date(Math.floor(serverNow() / 1000) * 1000).toUTCString()
      return { ...(problem(404, 'not-found', '没有找到') as object), headers: { Date: date } }
    }
    const { call } = await import('../src/api/client')
    await call('GET', '/v1/me').catch(() => undefined)
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
  })

  it('needs the key of its day: two days are stored, the third is not', async () => {
    const { credential, doorCode } = await settled()
    vi.setSystemTime(NOON + 24 * HOUR)
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
    expect(credential.view(SITE_ID).cards[0]?.state).not.toBe('stale')
    vi.setSystemTime(NOON + 48 * HOUR)
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    expect(credential.view(SITE_ID).cards[0]).toMatchObject({ state: 'stale', reason: 'stale_code' })
  })

  it('is not made for an unknown card', async () => {
    const { doorCode } = await settled()
    expect(doorCode.current('another')).toBeUndefined()
    expect(doorCode.mint(NOON, 'another', 0)).toBeUndefined()
  })
})

describe('starting offline', () => {
  it('shows a working code at once, with no request and no wait', async () => {
    ahead = 5 * MINUTE
    await settled()
    restart()
    phone.connect(false)
    vi.setSystemTime(NOON + 20 * HOUR)
    const { session, credential, doorCode } = await app()
    session.restore()
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
    expect(phone.sent).toHaveLength(0)
    const told = vi.fn()
    credential.subscribe(told)
    const stop = credential.watch(SITE_ID)
    await vi.advanceTimersByTimeAsync(100)
    stop()
    const view = { state: 'cards', cards: [{ state: 'offline', reason: 'ok' }] }
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ siteId: SITE_ID }))
    expect(told.mock.lastCall?.[0]).toMatchObject(view)
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
  })

  it('is distinguished from being online', async () => {
    const { credential } = await settled()
    const states: (string | undefined)[] = []
    credential.subscribe((view) => states.push(view.cards[0]?.state))
    const stop = credential.watch(SITE_ID)
    phone.connect(false)
    expect(credential.view(SITE_ID).cards[0]?.state).toBe('offline')
    phone.connect(true)
    await vi.advanceTimersByTimeAsync(100)
    expect(fetches()).toBe(1)
    expect(states).toEqual(['offline', 'ready', 'ready'])
    stop()
    phone.connect(false)
    phone.connect(true)
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect(fetches()).toBe(1)
  })

  it('also when the network is there and the server is not', async () => {
    const { credential, doorCode } = await settled()
    phone.server = () => 'lost'
    const under = credential.refresh(SITE_ID).catch(() => undefined)
    await vi.runAllTimersAsync()
    await under
    const view = credential.view(SITE_ID)
    expect(view.cards[0]?.state).toBe('offline')
    expect(view.problem).toMatchObject({ code: 'offline' })
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
  })
})

describe('keys are fetched', () => {
  it('when missing, an hour old or of another day, not otherwise', async () => {
    const { credential } = await settled()
    await credential.refreshIfDue(SITE_ID)
    vi.setSystemTime(NOON + 59 * MINUTE)
    await credential.refreshIfDue(SITE_ID)
    expect(fetches()).toBe(0)
    vi.setSystemTime(NOON + 61 * MINUTE)
    await credential.refreshIfDue(SITE_ID)
    expect(fetches()).toBe(1)
    vi.setSystemTime(Date.UTC(2026, 10, 25, 23, 50))
    await credential.refreshIfDue(SITE_ID)
    expect(fetches()).toBe(2)
    vi.setSystemTime(Date.UTC(2026, 10, 26, 0, 10))
    await credential.refreshIfDue(SITE_ID)
    expect(fetches()).toBe(3)
    await credential.refreshIfDue('another-site')
    expect(fetches()).toBe(4)
  })

  it('once for simultaneous calls', async () => {
    const { credential } = await settled()
    await Promise.all([credential.refresh(SITE_ID), credential.refresh(SITE_ID), credential.refreshIfDue(SITE_ID)])
    expect(fetches()).toBe(1)
  })

  it('every 30 seconds while a code is shown, so that the code of a lost card disappears', async () => {
    const { credential, doorCode } = await settled()
    const stop = credential.watch(SITE_ID)
    phone.server = serving((now) => [credentialAt(now, 'card_lost')])
    await vi.advanceTimersByTimeAsync(31_000)
    expect(credential.view(SITE_ID).cards[0]).toMatchObject({ state: 'refused', reason: 'card_lost' })
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    phone.server = serving()
    await vi.advanceTimersByTimeAsync(31_000)
    expect(credential.view(SITE_ID).cards[0]).toMatchObject({ state: 'ready', reason: 'ok' })
    stop()
  })
})

describe('an answer from before the handles or the cards changed', () => {
  const OTHER = '0197a0c0-0000-7000-8000-000000000002'

  it('is discarded and fetched again after a password change', async () => {
    const { credential, myAccount, doorCode } = await settled()
    const before = delayedReply()
    phone.server = routes({ [PATH]: () => before.reply, 'PUT /v1/me/password': { status: 204 } })
    const under = credential.refresh(SITE_ID)
    await myAccount.changePassword({ password: 'correct horse' }, 'another horse')
    phone.server = serving((now) => [credentialAt(now, 'ok', OTHER)])
    before.answer({ body: credentialsAt(serverNow()) })
    await under
    expect(fetches()).toBe(2)
    expect([doorCode.current(BINDING_ID), verdictOf(doorCode.current(OTHER)?.text)]).toEqual([undefined, 'open'])
  })

  it('is discarded and fetched again after a card was unbound', async () => {
    const { credential, card, doorCode } = await settled()
    const before = delayedReply()
    phone.server = routes({ [PATH]: () => before.reply, [`DELETE /v1/card-bindings/${BINDING_ID}`]: { status: 204 } })
    const under = credential.refresh(SITE_ID)
    await card.unbind(BINDING_ID)
    phone.server = serving(() => [])
    before.answer({ body: credentialsAt(serverNow()) })
    await under
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    expect(credential.view(SITE_ID).state).toBe('none')
  })

  it('is fetched again at once after a card was bound', async () => {
    const { credential, card, doorCode } = await settled()
    const { site } = await import('../src/services/site')
    const before = delayedReply()
    const bound = { id: OTHER, siteId: SITE_ID, kind: 'member', number: '****5678', state: 'bound' }
    let asked = 0
    phone.server = routes({
      [PATH]: () => {
        asked += 1
        return asked === 1
          ? before.reply
          : { body: credentialsAt(serverNow(), [credentialAt(serverNow(), 'ok', OTHER)]) }
      },
      'PUT /v1/me/site': { body: { id: SITE_ID, name: '东门', timeZone: 'Asia/Shanghai', visitingHours: '' } },
      [`POST /v1/card-bindings/${OTHER}/confirm`]: { body: bound },
    })
    await site.choose(SITE_ID)
    const under = credential.refresh(SITE_ID)
    await card.confirm(OTHER, '123456')
    await vi.advanceTimersByTimeAsync(0)
    expect(verdictOf(doorCode.current(OTHER)?.text)).toBe('open')
    before.answer({ body: credentialsAt(serverNow()) })
    await under
    expect(verdictOf(doorCode.current(OTHER)?.text)).toBe('open')
  })
})

describe('a new password', () => {
  it('invalidates the old codes, and the keys are fetched again', async () => {
    const { credential, myAccount, doorCode } = await settled()
    phone.server = routes({ 'PUT /v1/me/password': { status: 204 } })
    await myAccount.changePassword({ password: 'correct horse' }, 'another horse')
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    expect(credential.view(SITE_ID).cards[0]?.state).toBe('stale')
    phone.server = serving()
    await credential.refreshIfDue(SITE_ID)
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
  })
})

describe('the codes of a site', () => {
  it('are unknown, then none, then those of a card with its details', async () => {
    const { credential, card, signIn } = await app()
    await signIn.withPassword('13800001001', 'correct horse')
    expect(credential.view(SITE_ID)).toEqual({ state: 'unknown', siteId: SITE_ID, cards: [], fetchedAt: 0 })
    phone.server = serving(() => [])
    await credential.refresh(SITE_ID)
    expect(credential.view(SITE_ID)).toMatchObject({ state: 'none', cards: [] })
    phone.server = (sent) => {
      if (sent.path.startsWith('/v1/card-bindings')) {
        const items = [{ id: BINDING_ID, siteId: SITE_ID, kind: 'member', number: '****5678', state: 'bound' }]
        return { body: { items, nextCursor: null } }
      }
      return serving()(sent)
    }
    await card.list()
    await credential.refresh(SITE_ID)
    const expected = { bindingId: BINDING_ID, kind: 'member', number: '****5678', state: 'ready', reason: 'ok' }
    expect(credential.view(SITE_ID)).toMatchObject({ state: 'cards', cards: [expected] })
  })

  it.each(['card_lost', 'card_frozen', 'card_expired', 'binding_suspended'])('says %s', async (reason) => {
    const { credential, signIn, doorCode } = await app()
    phone.server = serving((now) => [credentialAt(now, reason)])
    await signIn.withPassword('13800001001', 'correct horse')
    await credential.refresh(SITE_ID)
    expect(credential.view(SITE_ID).cards).toEqual([{ bindingId: BINDING_ID, state: 'refused', reason }])
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
  })

  it('makes no code for a refused card, even if keys came with it', async () => {
    const { credential, signIn, doorCode } = await app()
    phone.server = serving((now) => [{ ...credentialAt(now), state: 'refused', reason: 'card_lost' }])
    await signIn.withPassword('13800001001', 'correct horse')
    await credential.refresh(SITE_ID)
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
  })

  it('shows a fallback for a reason that this version does not know', async () => {
    const { credential, signIn } = await app()
    phone.server = serving((now) => [credentialAt(now, 'on_the_moon')])
    await signIn.withPassword('13800001001', 'correct horse')
    await credential.refresh(SITE_ID)
    expect(credential.view(SITE_ID).cards[0]).toMatchObject({ state: 'refused', reason: 'binding_suspended' })
  })

  it('removes a card’s code when it is unbound, with or without a network', async () => {
    const { credential, card, doorCode } = await settled()
    const views: number[] = []
    credential.subscribe((view) => views.push(view.cards.length))
    phone.server = routes({ [`DELETE /v1/card-bindings/${BINDING_ID}`]: { status: 204 } })
    await card.unbind(BINDING_ID)
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    expect(views[0]).toBe(0)
    restart()
    expect((await app()).credential.view(SITE_ID).state).toBe('none')
  })

  it('keeps the codes of twenty sites', async () => {
    const { credential, doorCode } = await settled()
    for (let at = 0; at < 19; at++) {
      phone.server = () => ({ body: { ...credentialsAt(serverNow()), siteId: `other-${at}`, credentials: [] } })
      await credential.refresh(`other-${at}`)
    }
    expect(verdictOf(doorCode.current(BINDING_ID)?.text)).toBe('open')
  })

  it('keeps several sites for offline', async () => {
    const { credential } = await settled()
    const other = '00112233-4455-6677-8899-aabbccddee00'
    phone.server = () => ({ body: { ...credentialsAt(serverNow()), siteId: other, credentials: [] } })
    await credential.refresh(other)
    restart()
    const again = await app()
    expect(again.credential.view(SITE_ID).state).toBe('cards')
    expect(again.credential.view(other).state).toBe('none')
  })
})

describe('signing out', () => {
  it('leaves no key on the phone, and none in memory', async () => {
    const { session, credential, doorCode } = await settled()
    expect(JSON.stringify([...phone.storage.values()])).toContain('keys')
    await session.logout()
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
    expect(credential.view(SITE_ID).state).toBe('unknown')
    expect(JSON.stringify([...phone.storage.values()])).not.toContain('keys')
  })

  it('is not undone by a late answer', async () => {
    const { session, credential } = await settled()
    let late: (reply: Reply) => void = () => undefined
    const answer = new Promise<Reply>((resolve) => {
      late = resolve
    })
    phone.server = routes({ [PATH]: () => answer, 'POST /v1/auth/logout': { status: 204 } })
    const under = credential.refresh(SITE_ID).catch(() => undefined)
    await session.logout()
    late({ body: credentialsAt(serverNow()) })
    await under
    expect(credential.view(SITE_ID).state).toBe('unknown')
    expect(JSON.stringify([...phone.storage.values()])).not.toContain('keys')
  })
})
