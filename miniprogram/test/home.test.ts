import { describe, expect, it, vi } from 'vitest'
import { Problem } from '../src/api/errors'
import { parse } from '../src/components/prose/parse'
import { measure } from '../src/components/qr-canvas/paint'
import { changes } from '../src/pages/home/changes'
import { passOf, type Situation } from '../src/pages/home/pass'
import { shownResult } from '../src/pages/home/result'
import { appended, sectionsOf } from '../src/pages/sites/sections'
import type { CodeCard, CodeView } from '../src/services/credential'
import type { ListedSite, Site } from '../src/services/site'
import { act, mounted } from './support/mounted'

const site: Site = { id: 'site-1', name: '东门停车场', visitingHours: '', timeZone: 'Asia/Shanghai' }
const card: CodeCard = { bindingId: 'b-1', kind: 'access', number: '****5678', state: 'ready', reason: 'ok' }
const other: CodeCard = { ...card, bindingId: 'b-2', kind: 'member' }
const cards = (...list: CodeCard[]): CodeView => ({ state: 'cards', siteId: 'site-1', cards: list, fetchedAt: 1 })
const known: Situation = {
  site,
  codes: cards(card, other),
  chosen: undefined,
  gone: undefined,
  asking: false,
  problem: '',
}

describe('the pass', () => {
  it('shows the code of the card chosen last, or of the first when that one is gone', () => {
    expect(passOf(known)).toMatchObject({ view: 'code', index: 0, canUnlock: true, offline: false })
    expect(passOf({ ...known, chosen: 'b-2' })).toMatchObject({ view: 'code', index: 1 })
    expect(passOf({ ...known, chosen: 'b-9' })).toMatchObject({ view: 'code', index: 0 })
  })

  it('shows the reason instead of a code that would be refused', () => {
    const held = passOf({ ...known, codes: cards({ ...card, state: 'refused', reason: 'card_lost' }) })
    expect(held).toMatchObject({ view: 'refused', canUnlock: false, note: { title: '卡已挂失' } })
    expect(passOf({ ...known, codes: cards({ ...card, state: 'stale' }) })).toMatchObject({ view: 'stale' })
  })

  it('asks the user to agree again after a withdrawn consent', () => {
    const ended: CodeView = { state: 'withdrawn', siteId: 'site-1', cards: [], fetchedAt: 0 }
    const pass = passOf({ ...known, codes: ended })
    expect(pass).toMatchObject({ view: 'withdrawn', canUnlock: false, note: { title: '重新同意后可用' } })
  })

  it('says that a code was made offline', () => {
    expect(passOf({ ...known, codes: cards({ ...card, state: 'offline' }) })).toMatchObject({
      view: 'code',
      offline: true,
    })
  })

  it('says what is missing: a site, a card, an answer', () => {
    const nowhere = { ...known, site: undefined, codes: undefined }
    expect(passOf(nowhere).view).toBe('nosite')
    expect(passOf({ ...nowhere, asking: true }).view).toBe('loading')
    expect(passOf({ ...nowhere, problem: '网络不可用' })).toMatchObject({
      view: 'failed',
      note: { hint: '网络不可用' },
    })
    expect(passOf({ ...known, codes: { ...cards(), state: 'none' } }).view).toBe('nocard')
    const gone = { id: 'n-1', topic: 'card.unbound', title: '卡已解除绑定', body: '卡已转到该账号', at: '' }
    expect(passOf({ ...known, gone, codes: { ...cards(), state: 'none' } })).toMatchObject({
      view: 'nocard',
      fromNotice: true,
      note: { title: '卡已解除绑定', hint: '卡已转到该账号' },
    })
    const unknown: CodeView = { ...cards(), state: 'unknown' }
    expect(passOf({ ...known, codes: unknown }).view).toBe('loading')
    const problem = new Problem(503, 'unavailable', '服务暂时不可用')
    expect(passOf({ ...known, codes: { ...unknown, problem } })).toMatchObject({ view: 'failed' })
  })

  it('calls setData only with what differs', () => {
    expect(changes({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], c: 'x' })).toEqual({ b: [2] })
  })
})

describe('the answer of a door', () => {
  it('is shown in the server’s words', () => {
    expect(shownResult({ kind: 'opened', door: '东门', text: '已开门' })).toMatchObject({
      kind: 'opened',
      door: '东门',
    })
    const late = shownResult({ kind: 'refused', door: '东门', reason: 'door_not_opened', text: '门未响应' })
    expect(late).toMatchObject({ kind: 'silent', title: '门未响应', help: 'door_not_opened' })
    const shut = shownResult({ kind: 'refused', reason: 'outside_schedule', text: '不在通行时段' })
    expect(shut).toMatchObject({ kind: 'refused', title: '不在通行时段', help: 'outside_schedule' })
  })

  it('is unknown when it was lost', () => {
    const unknown = shownResult({ kind: 'unknown' })
    expect(unknown).toMatchObject({ kind: 'silent', title: '结果未知' })
    expect(unknown.text).toContain('请看门是否已开')
  })

  it('says what still works when there is no network', () => {
    const { text } = shownResult({
      kind: 'problem',
      problem: new Problem(0, 'offline', '网络不可用，请检查网络后重试'),
    })
    expect(text).toBe('网络不可用，请检查网络后重试。二维码不需要网络，仍可开门。')
  })
})

describe('the list of sites', () => {
  const listed = (id: string, group: ListedSite['group'], distanceM?: number): ListedSite => {
    return { id, name: id, group, ...(distanceM === undefined ? {} : { distanceM }) }
  }
  const cut = (...items: ListedSite[]) => sectionsOf(items, (metres) => `${metres} m`)

  it('has a section per group, in the server’s order', () => {
    const sections = cut(listed('a', 'mine', 12), listed('b', 'all'), listed('c', 'all'))
    expect(sections.map(({ group, sites }) => [group, ...sites.map(({ id }) => id)])).toEqual([
      ['mine', 'a'],
      ['all', 'b', 'c'],
    ])
    expect(sections[0]?.sites[0]).toEqual({ id: 'a', name: 'a', address: '', away: '12 m' })
  })

  it('grows by the new items only', () => {
    const shown = cut(listed('a', 'mine'), listed('b', 'near'))
    const patch = appended(shown, cut(listed('c', 'near'), listed('d', 'all')))
    expect(Object.keys(patch)).toEqual(['sections[1].sites[1]', 'sections[2]'])
    expect(Object.keys(appended(shown, cut(listed('d', 'all'))))).toEqual(['sections[2]'])
  })
})

describe('the QR code', () => {
  it('is cleared without a code', async () => {
    const canvas = await mounted(() => import('../src/components/qr-canvas/index'))
    const context = { fillRect: vi.fn(), clearRect: vi.fn() }
    const node = { width: 0, height: 0, getContext: () => context }
    const query = {
      select: () => query,
      fields: () => query,
      exec: (callback: (hits: unknown[]) => void) => callback([{ node }]),
    }
    Object.assign(globalThis, { wx: { getWindowInfo: () => ({ windowWidth: 390, windowHeight: 844, pixelRatio: 2 }) } })
    Object.assign(canvas, { createSelectorQuery: () => query })
    canvas.data.value = '123'
    act(canvas, 'draw')
    expect(context.clearRect).not.toHaveBeenCalled()
    canvas.data.value = ''
    act(canvas, 'draw')
    expect(context.clearRect).toHaveBeenCalledWith(0, 0, node.width, node.height)
    expect(node.width).toBeGreaterThan(0)
  })

  it('gives every module a whole number of pixels', () => {
    expect(measure(37, 292, 2)).toEqual({ module: 15, side: 555 })
    expect(measure(37, 10, 1)).toEqual({ module: 1, side: 37 })
  })

  it('reads headings, lists, bold words and paragraphs over several lines', () => {
    const blocks = parse('# 标题\n\n一行\n二行\n\n- **卡**：说明\n## 小节')
    expect(blocks.map(({ kind, runs }) => [kind, runs.map(({ text }) => text).join('|')])).toEqual([
      ['title', '标题'],
      ['text', '一行二行'],
      ['item', '卡|：说明'],
      ['heading', '小节'],
    ])
    expect(blocks[2]?.runs[0]?.strong).toBe(true)
  })
})
