import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeWx, freshPhone, type Reply, restart } from './fake-wx'
import { BINDING_ID, credentialsAt, SITE_ID } from './support/credentials'
import { delayedReply, problem, routes, tokens } from './support/server'

/** In the middle of a step, in the morning of a UTC day. */
const NOON = Date.UTC(2026, 10, 25, 4, 0, 7)
const PATH = `GET /v1/sites/${SITE_ID}/credentials`
const AGREEMENTS = [
  { purpose: 'privacy' as const, version: '2026-11-24' },
  { purpose: 'terms' as const, version: '2026-11-24' },
]

let phone: FakeWx
/** The withdrawn consents on the server. */
let withdrawn: string[]

const REFUSAL = problem(403, 'consent-required', '您已撤回同意，重新阅读并同意用户协议和隐私政策后可用')

async function app() {
  const { session } = await import('../src/services/session')
  const { signIn } = await import('../src/services/sign-in')
  const { myAccount } = await import('../src/services/my-account')
  const { doorCode } = await import('../src/services/door-code')
  const { credential } = await import('../src/services/credential')
  const { consent } = await import('../src/services/consent')
  const { site } = await import('../src/services/site')
  return { session, credential, consent, site, signIn, myAccount, doorCode }
}

function server(more: Parameters<typeof routes>[0] = {}) {
  return routes({
    'POST /v1/auth/login/password': { body: tokens(1) },
    'GET /v1/me': () => ({
      body: {
        id: 'account-1',
        number: '1',
        wechatLinked: false,
        consentsDue: withdrawn,
        consentsWithdrawn: withdrawn,
      },
    }),
    'PUT /v1/me/site': { body: { id: SITE_ID, name: '东门停车场' } },
    'DELETE /v1/me/consents/privacy': () => {
      if (withdrawn.includes('privacy')) return problem(409, 'consent-not-given', '您没有给出过这项同意，或已经撤回')
      withdrawn.push('privacy')
      return { status: 204 }
    },
    'POST /v1/me/consents': () => {
      withdrawn = []
      return { status: 204 }
    },
    [PATH]: (): Reply => (withdrawn.length > 0 ? REFUSAL : { body: credentialsAt(Date.now()) }),
    ...more,
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(NOON)
  phone = freshPhone()
  withdrawn = []
  phone.server = server()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Signed in, at a site, and with keys. */
async function settled() {
  const parts = await app()
  await parts.signIn.withPassword('13800001001', 'correct horse')
  await parts.site.choose(SITE_ID)
  await parts.credential.refresh(SITE_ID)
  phone.sent.length = 0
  return parts
}

const remembered = (): string => JSON.stringify([...phone.storage.entries()])
const keysAreKept = (): boolean => remembered().includes('handle')
const requests = (): string[] => phone.sent.map(({ method, path }) => `${method} ${path}`)

describe('a withdrawal on this phone', () => {
  it('ends minting at once, before the server has answered, and deletes the keys', async () => {
    const { consent, credential, doorCode } = await settled()
    expect(doorCode.current(BINDING_ID)).toBeDefined()
    expect(keysAreKept()).toBe(true)
    const late = delayedReply()
    phone.server = server({ 'DELETE /v1/me/consents/privacy': () => late.reply })
    const told = vi.fn()
    credential.subscribe(told)
    const under = consent.withdraw('privacy')
    expect([doorCode.current(BINDING_ID), doorCode.mint(NOON, BINDING_ID, 0)]).toEqual([undefined, undefined])
    expect(keysAreKept()).toBe(false)
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ state: 'withdrawn', siteId: SITE_ID }))
    late.answer({ status: 204 })
    expect(await under).toBe(true)
    expect(credential.view(SITE_ID)).toMatchObject({ state: 'withdrawn', cards: [] })
  })

  it('persists offline and after a restart, and is sent when the network is back', async () => {
    const { consent, doorCode } = await settled()
    phone.connect(false)
    const under = consent.withdraw('privacy')
    await vi.runAllTimersAsync()
    expect(await under).toBe(false)
    restart()
    const again = await app()
    again.session.restore()
    expect(again.credential.view(SITE_ID).state).toBe('withdrawn')
    expect(again.doorCode.current(BINDING_ID)).toBeUndefined()
    expect(withdrawn).toEqual([])
    phone.connect(true)
    await vi.advanceTimersByTimeAsync(100)
    expect(withdrawn).toEqual(['privacy'])
    expect(again.credential.view(SITE_ID).state).toBe('withdrawn')
    expect(doorCode.current(BINDING_ID)).toBeUndefined()
  })

  it('is sent before keys are requested', async () => {
    const { consent, credential } = await settled()
    phone.server = server({ 'DELETE /v1/me/consents/privacy': () => 'lost' })
    const under = consent.withdraw('privacy')
    await vi.runAllTimersAsync()
    expect(await under).toBe(false)
    phone.sent.length = 0
    phone.server = server()
    await expect(credential.refresh(SITE_ID)).rejects.toMatchObject({ code: 'consent-required' })
    expect(requests().slice(0, 2)).toEqual(['DELETE /v1/me/consents/privacy', `${PATH}`])
    expect(keysAreKept()).toBe(false)
  })

  it('discards keys from requests under way', async () => {
    const { consent, credential, doorCode } = await settled()
    const before = delayedReply()
    phone.server = server({ [PATH]: () => before.reply })
    const under = credential.refresh(SITE_ID).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    await consent.withdraw('privacy')
    phone.server = server()
    before.answer({ body: credentialsAt(Date.now()) })
    await under
    expect([doorCode.current(BINDING_ID), keysAreKept(), consent.withdrawn()]).toEqual([undefined, false, true])
  })

  it('does not apply to the next account', async () => {
    const { consent, credential, signIn, doorCode } = await settled()
    await consent.withdraw('privacy')
    withdrawn = []
    phone.server = server({ 'POST /v1/auth/login/password': { body: tokens(2, 'account-2') } })
    await signIn.withPassword('13800001002', 'correct horse')
    expect(consent.withdrawn()).toBe(false)
    await credential.refresh(SITE_ID)
    expect(doorCode.current(BINDING_ID)).toBeDefined()
  })
})

describe('a withdrawal elsewhere', () => {
  it('is detected from any request refused for it', async () => {
    const { consent, doorCode } = await settled()
    const { unlock } = await import('../src/services/unlock')
    withdrawn = ['terms']
    phone.server = server({ 'POST /v1/unlocks': REFUSAL })
    const result = unlock.open({ siteId: SITE_ID })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await result).toMatchObject({ kind: 'problem', problem: { code: 'consent-required' } })
    expect([consent.withdrawn(), doorCode.current(BINDING_ID), keysAreKept()]).toEqual([true, undefined, false])
  })

  it('is detected from the keys and from the account', async () => {
    const { consent, credential, myAccount } = await settled()
    withdrawn = ['terms']
    await credential.refresh(SITE_ID).catch(() => undefined)
    expect([consent.withdrawn(), keysAreKept()]).toEqual([true, false])
    withdrawn = []
    await credential.refresh(SITE_ID)
    expect(consent.withdrawn()).toBe(false)
    withdrawn = ['privacy']
    await myAccount.fetch()
    expect([consent.withdrawn(), keysAreKept()]).toEqual([true, false])
  })

  it('ends when the user agrees on another phone', async () => {
    const { credential, doorCode } = await settled()
    withdrawn = ['terms']
    const stop = credential.watch(SITE_ID)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(credential.view(SITE_ID).state).toBe('withdrawn')
    withdrawn = []
    await vi.advanceTimersByTimeAsync(31_000)
    expect(credential.view(SITE_ID).state).toBe('cards')
    expect(doorCode.current(BINDING_ID)).toBeDefined()
    stop()
  })
})

describe('agreeing again', () => {
  it('brings the code back without a restart', async () => {
    const { consent, credential, doorCode } = await settled()
    await consent.withdraw('privacy')
    await consent.agree(AGREEMENTS)
    await vi.advanceTimersByTimeAsync(0)
    expect([consent.withdrawn(), credential.view(SITE_ID).state]).toEqual([false, 'cards'])
    expect(doorCode.current(BINDING_ID)).toBeDefined()
  })

  it('that fails changes nothing, and the withdrawal is still sent', async () => {
    const { consent, doorCode } = await settled()
    phone.server = server({
      'DELETE /v1/me/consents/privacy': () => 'lost',
      'POST /v1/me/consents': problem(409, 'consent-outdated', '用户协议或隐私政策已更新，请重新阅读并同意'),
    })
    const under = consent.withdraw('privacy')
    await vi.runAllTimersAsync()
    await under
    await expect(consent.agree(AGREEMENTS)).rejects.toMatchObject({ code: 'consent-outdated' })
    expect([consent.withdrawn(), doorCode.current(BINDING_ID)]).toEqual([true, undefined])
    phone.server = server()
    await consent.sendPending()
    expect(withdrawn).toEqual(['privacy'])
  })

  it('is not undone by a withdrawal that was never sent', async () => {
    const { consent } = await settled()
    phone.server = server({ 'DELETE /v1/me/consents/privacy': () => 'lost' })
    const under = consent.withdraw('privacy')
    await vi.runAllTimersAsync()
    await under
    phone.server = server()
    await consent.agree(AGREEMENTS)
    await consent.sendPending()
    phone.connect(false)
    phone.connect(true)
    await vi.advanceTimersByTimeAsync(100)
    expect([withdrawn, consent.withdrawn()]).toEqual([[], false])
  })

  it('is not undone by a refusal sent before', async () => {
    const { consent, credential } = await settled()
    await consent.withdraw('privacy')
    const late = delayedReply()
    phone.server = server({ [PATH]: () => late.reply })
    const under = credential.refresh(SITE_ID).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    phone.server = server()
    await consent.agree(AGREEMENTS)
    late.answer(REFUSAL)
    await under
    await vi.advanceTimersByTimeAsync(0)
    expect([consent.withdrawn(), credential.view(SITE_ID).state]).toEqual([false, 'cards'])
  })
})
