import { readdirSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { reasonCode, reasonCodes } from '../src/domain/reason'
import { freshPhone } from './fake-wx'

beforeEach(() => {
  freshPhone()
})

async function dictionaries() {
  return { zh: await import('../src/i18n/zh'), en: await import('../src/i18n/en') }
}

/** All texts under their paths. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([name, part]) => leaves(part, `${path}.${name}`))
}

const SOURCES = new URL('../src/', import.meta.url)

/** The paths of all texts that are given to `ask` as yes or no. */
function answers(): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files.flatMap((name) => {
    const source = readFileSync(new URL(name, SOURCES), 'utf8')
    const keys = [...source.matchAll(/\b(?:yes|no): t\.(\w+)/g)].map(([, key]) => key)
    const section = /\bt(?::| =) texts\('(\w+)'\)/.exec(source)?.[1]
    return keys.map((key) => `.${section}.${key}`)
  })
}

const HAN = /\p{Script=Han}/u

describe('reasons', () => {
  it('are those of the API', () => {
    const schema = readFileSync(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8')
    const line = /^ {8}Reason: (.+);$/m.exec(schema)?.[1] ?? ''
    const named = [...line.matchAll(/"(\w+)"/g)].map(([, name]) => name)
    expect(named).toEqual([...reasonCodes])
  })

  it('have a title, a meaning and an advice in both languages', async () => {
    const { zh, en } = await dictionaries()
    for (const { reasons } of [zh, en]) {
      expect(Object.keys(reasons).sort()).toEqual([...reasonCodes].sort())
      for (const text of leaves(reasons)) expect(text[1], text[0]).toMatch(/\S/)
    }
  })

  it('that are unknown are ignored', () => {
    expect([reasonCode('ok'), reasonCode('nonsense'), reasonCode(undefined), reasonCode(null)]).toEqual([
      'ok',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('the dictionaries', () => {
  it('have the same keys, with the same placeholders', async () => {
    const { zh, en } = await dictionaries()
    const blanks = (text: unknown): string[] => [...String(text).matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort()
    const english = new Map(leaves(en))
    const chinese = leaves(zh)
    expect([...english.keys()].sort()).toEqual(chinese.map(([path]) => path).sort())
    for (const [path, text] of chinese) expect(blanks(english.get(path)), path).toEqual(blanks(text))
  })

  it('contain only texts, because pages put whole sections into their data', async () => {
    const { zh, en } = await dictionaries()
    for (const [path, text] of [...leaves(zh), ...leaves(en)]) expect(typeof text, path).toBe('string')
  })

  it('do not mix: no Chinese in the English one', async () => {
    const { en } = await dictionaries()
    for (const [path, text] of leaves(en)) expect(HAN.test(String(text)), `${path}: ${String(text)}`).toBe(false)
  })

  it('answer questions in at most four Chinese characters or eight letters, as WeChat wants it', async () => {
    const { zh, en } = await dictionaries()
    const asked = answers()
    expect(asked.length).toBeGreaterThan(10)
    for (const language of [zh, en]) {
      const words = new Map(leaves(language))
      for (const path of asked) {
        const text = String(words.get(path))
        const width = [...text].reduce((sum, character) => sum + (HAN.test(character) ? 2 : 1), 0)
        expect(width, `${path}: ${text}`).toBeLessThanOrEqual(8)
      }
    }
  })
})

describe('texts', () => {
  it('follow the language that was chosen, also after a restart', async () => {
    const { fill, texts } = await import('../src/i18n')
    const { settings } = await import('../src/services/settings')
    expect(texts('common').cancel).toBe('取消')
    settings.change({ language: 'en' })
    expect(texts('common').cancel).toBe('Cancel')
    expect(fill(texts('common').retryAfter, { n: 3 })).toBe('Try again in 3 s')
    expect(fill('{a} {b}', { a: 0 })).toBe('0 {b}')
  })
})
