import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freshPhone, restart } from './fake-wx'

const BEGIN = Date.UTC(2026, 10, 25, 4)
const PHONE = '13800001001'
const SENT = { challengeId: 'challenge-1', expiresAt: '2026-11-25T04:05:00Z', sentTo: '138****1001' }

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(BEGIN)
  freshPhone()
})

afterEach(() => {
  vi.useRealTimers()
})

async function parts() {
  const { codes } = await import('../src/services/codes')
  const { Problem } = await import('../src/api/errors')
  return { codes, Problem }
}

describe('a requested code', () => {
  it('is found when its page is opened again, until it expires', async () => {
    const { codes } = await parts()
    await codes.ask('login', PHONE, async () => SENT)
    expect(codes.last('login')).toMatchObject({ to: PHONE, challengeId: 'challenge-1', sentTo: '138****1001' })
    expect(codes.last('register')).toBeUndefined()
    vi.setSystemTime(BEGIN + 299_000)
    expect(codes.last('login')).toBeDefined()
    vi.setSystemTime(BEGIN + 300_000)
    expect(codes.last('login')).toBeUndefined()
  })

  it('is deleted once it was used', async () => {
    const { codes } = await parts()
    await codes.ask('reset', PHONE, async () => SENT)
    codes.forget('reset')
    expect(codes.last('reset')).toBeUndefined()
  })
})

describe('the wait for the next', () => {
  it('lasts a minute, also over a restart', async () => {
    const { codes } = await parts()
    await codes.ask('login', PHONE, async () => SENT)
    expect(codes.nextAt('login', PHONE)).toBe(BEGIN + 60_000)
    restart()
    vi.setSystemTime(BEGIN + 20_000)
    const again = await parts()
    expect(again.codes.nextAt('login', PHONE)).toBe(BEGIN + 60_000)
    vi.setSystemTime(BEGIN + 60_000)
    expect(again.codes.nextAt('login', PHONE)).toBe(0)
  })

  it('applies to one phone: a corrected number need not wait', async () => {
    const { codes } = await parts()
    await codes.ask('login', PHONE, async () => SENT)
    expect(codes.nextAt('login', '13900001001')).toBe(0)
  })

  it('is as long as the server wants', async () => {
    const { codes, Problem } = await parts()
    const refused = new Problem(429, 'too-many-codes', '验证码获取过于频繁，请稍后再试', { retryAfter: 117 })
    await expect(codes.ask('login', PHONE, () => Promise.reject(refused))).rejects.toBe(refused)
    expect(codes.nextAt('login', PHONE)).toBe(BEGIN + 117_000)
    expect(codes.last('login')).toBeUndefined()
  })

  it('does not start when nothing was sent', async () => {
    const { codes, Problem } = await parts()
    await expect(
      codes.ask('login', PHONE, () => Promise.reject(new Problem(0, 'offline', '网络不可用'))),
    ).rejects.toThrow()
    expect(codes.nextAt('login', PHONE)).toBe(0)
  })
})
