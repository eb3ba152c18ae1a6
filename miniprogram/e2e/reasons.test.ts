import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { fromBase64Url } from '../src/domain/bytes'
import { mint } from '../src/domain/token'
import { reasons } from '../src/i18n/zh/reasons'
import type { DemoDoor } from './support/demo-server'
import { stage } from './support/stage'

const here = stage()

/** The reasons that the server knows, by its description. */
function known(): string[] {
  const openapi = readFileSync(resolve(import.meta.dirname, '../../openapi.yaml'), 'utf8')
  const [, body = ''] = openapi.match(/\n {4}Reason:\n((?: {6}.*\n)+)/) ?? []
  return [...body.matchAll(/^ {6}- (\w+)$/gm)].map(([, name = '']) => name)
}

const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }))
const rule = (change: object) => ({
  id: '01920000-0000-7000-8000-000000000001',
  name: '通行',
  subject: { who: 'any' },
  doors: { which: 'all' },
  methods: ['qr', 'shake'],
  schedule: always,
  ...change,
})
/** Not today, and not tomorrow, in Shanghai. */
const anotherDay = ((Math.floor((Date.now() / 1000 + 28_800) / 86_400) + 3 + 3) % 7) + 1

test('every reason is explained', async () => {
  const { phone } = await here.registered()
  expect(known().length).toBeGreaterThan(20)
  expect(known().toSorted()).toEqual(Object.keys(reasons).toSorted())
  for (const [code, { title, meaning, todo }] of Object.entries(reasons)) {
    if (code === 'ok') continue
    await phone.page.evaluate((reason) => wx.reLaunch({ url: `/packages/help/index/index?reason=${reason}` }), code)
    await phone.arrives('packages/help/index/index')
    for (const words of [title, meaning, todo]) await phone.sees(words)
  }
  expect(phone.errors).toEqual([])
})

test('a shake shows the result of the door, or the reason for a refusal', async () => {
  const { phone, user, site, card } = await here.holder()
  const admin = await here.server.administrator(site)
  const doors = await here.server.doors(site)
  const gate = doors.find(({ name }) => name === '大门') as DemoDoor
  const open = () => admin.rule(() => ({ rules: [rule({})] }))
  const fault = (what: string) =>
    here.server.fault({ target: 'door', doorId: gate.id, fault: what, times: 1 }).then(open)
  const cases: [string, () => Promise<void>][] = [
    ['场区封闭', () => admin.rule(() => ({ rules: [rule({})], lockdown: {} }))],
    [
      '不在通行时段',
      () => admin.rule(() => ({ rules: [rule({ schedule: [{ weekday: anotherDay, from: '08:00', to: '18:00' }] })] })),
    ],
    ['没有您可以摇一摇打开的门', () => admin.rule(() => ({ rules: [rule({ methods: ['qr'] })] }))],
    ['门口设备离线', () => fault('offline')],
    ['门未响应', () => fault('refuses')],
    ['门未响应', () => fault('silent')],
    ['已开门', open],
    ['卡已挂失', () => admin.card(card.number, 'lost')],
    ['卡已冻结', () => admin.card(card.number, 'frozen')],
  ]
  for (const [told, arrange] of cases) {
    await arrange()
    // a card opens one door in three seconds; refusals do not count, attempts do
    await retry(async () => {
      if (await user.at('#result-close').isVisible()) await user.tap('#result-close')
      const held = user.at('#refused-help')
      if (!(await held.isVisible())) await user.tap('#unlock')
      await user.at('#result-close').or(held).first().waitFor()
      return phone.page.getByText(told).filter({ visible: true }).first().isVisible()
    })
  }
  expect(phone.errors).toEqual([])
})

test('a reader says why a code does not open', async () => {
  const { phone, site, card } = await here.holder()
  const admin = await here.server.administrator(site)
  const [gate] = await here.server.doors(site)
  const scan = async (code: string) => (await here.server.scan(gate?.id ?? '', code)).reason
  await admin.rule(() => ({ rules: [rule({})] }))
  const headers = await phone.page.evaluate(() => {
    const asked = window.__sim.calls.findLast(({ options }) => 'authorization' in lowered(options))
    function lowered(options: unknown) {
      const { header = {} } = options as { header?: Record<string, string> }
      return Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]))
    }
    return asked ? lowered(asked.options) : {}
  })
  const keys = await here.server.ask<{
    credentials: { handle: string; keys: { day: number; key: string }[] }[]
  }>('GET', `/v1/sites/${site}/credentials`, undefined, { authorization: headers.authorization ?? '' })
  const [own] = keys.credentials
  const bytes = (text = '') => fromBase64Url(text) ?? new Uint8Array()
  let n = 200
  /** The code that the phone will show in so many seconds. */
  const codeIn = (seconds: number) => {
    const at = Date.now() / 1000 + seconds
    const key = own?.keys.find(({ day }) => day === Math.floor(at / 86_400))?.key
    n += 1
    return mint({ key: bytes(key), siteId: site, handle: bytes(own?.handle), at, n }) ?? ''
  }
  expect(await scan('https://example.com')).toBe('bad_code')
  const good = codeIn(0)
  expect(await scan(`${good.slice(0, -1)}${(Number(good.at(-1)) + 1) % 10}`)).toBe('bad_code')
  expect(await scan(codeIn(-60))).toBe('stale_code')
  expect(await scan(codeIn(60))).toBe('clock_skew')
  const code = await phone.code()
  expect(await scan(code)).toBe('ok')
  expect(await scan(code)).toBe('replayed')
  for (const [reason, change] of [
    ['not_yet_valid', { validFrom: '2100-01-01T00:00:00Z' }],
    ['expired', { validUntil: '2020-01-01T00:00:00Z' }],
    ['door_not_allowed', { methods: ['shake'] }],
  ] as const) {
    await admin.rule(() => ({ rules: [rule(change)] }))
    expect(await scan(codeIn(0))).toBe(reason)
  }
  await admin.rule(() => ({ rules: [rule({})] }))
  const elsewhere = await here.server.site('麓谷科技园')
  const [other] = await here.server.doors(elsewhere)
  expect((await here.server.scan(other?.id ?? '', codeIn(0))).reason).toBe('wrong_site')
  for (const state of ['lost', 'frozen'] as const) {
    await admin.card(card.number, state)
    expect(await scan(codeIn(0))).toBe(`card_${state}`)
  }
})

/** Waits until the condition holds. */
async function retry(attempt: () => Promise<boolean>): Promise<void> {
  while (!(await attempt())) await new Promise((again) => setTimeout(again, 200))
}
