import { beforeEach, describe, expect, it } from 'vitest'
import type { CardBinding } from '../src/services/card'
import { freshPhone } from './fake-wx'

const NOW = Date.UTC(2026, 10, 25, 4)

beforeEach(() => {
  freshPhone()
})

const view = () => import('../src/packages/card/view')

function binding(state: CardBinding['state'], card: Partial<NonNullable<CardBinding['card']>> = {}): CardBinding {
  return {
    id: 'binding-1',
    siteId: 'site-1',
    kind: 'stored_value',
    number: '******1002',
    state,
    card: { state: 'active', shared: false, asOf: '2026-11-25T03:57:00Z', balance: 12950, ...card },
  }
}

describe('the state of a card', () => {
  it('is the issuer’s before that of the binding', async () => {
    const { standingOf } = await view()
    const said = (one: CardBinding) => standingOf(one, NOW)
    expect(said(binding('bound'))).toEqual({ word: '正常', tone: '' })
    expect(said(binding('suspended', { state: 'lost' }))).toEqual({ word: '已挂失', tone: 'warn' })
    expect(said(binding('suspended', { state: 'frozen' }))).toEqual({ word: '已冻结', tone: 'warn' })
    expect(said(binding('suspended', { state: 'returned' })).tone).toBe('bad')
    expect(said(binding('suspended'))).toEqual({ word: '已暂停', tone: 'warn' })
    expect(said(binding('superseded', { state: 'lost' })).word).toBe('已由他人绑定')
  })

  it('is expired from the instant its time is over', async () => {
    const { standingOf } = await view()
    const until = (at: number) => binding('bound', { validUntil: new Date(at).toISOString() })
    expect(standingOf(until(NOW), NOW).word).toBe('正常')
    expect(standingOf(until(NOW - 1), NOW)).toEqual({ word: '已过期', tone: 'bad' })
  })
})

describe('the face of a card', () => {
  it('shows the balance, and how old it is', async () => {
    const { faceOf } = await view()
    const face = faceOf(binding('bound'), '测试Z停车场', NOW)
    expect(face).toMatchObject({
      number: '****1002',
      balance: '¥129.50',
      balanceAge: '更新于 3 分钟前',
      validity: '长期有效',
      siteName: '测试Z停车场',
    })
  })

  it('shows no balance on a card without one', async () => {
    const { faceOf } = await view()
    expect(faceOf({ ...binding('bound'), kind: 'member' }, '', NOW).balance).toBe('')
    expect(faceOf(binding('bound', { balance: null }), '', NOW).balance).toBe('')
  })

  it('shows the last day at the site', async () => {
    const { faceOf } = await view()
    const face = faceOf(binding('bound', { validUntil: '2026-12-31T15:59:59Z' }), '', NOW, 'Asia/Shanghai')
    expect(face.validity).toBe('有效期至 2026-12-31')
  })
})
