import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromBase64Url, fromHex } from '../src/domain/bytes'
import { dayOf, mint, stepStart } from '../src/domain/token'
import { credentialKeyOf, siteKeyOf, type Verifier, verdict } from './support/km1'

interface Case {
  name: string
  text: string
  at: number
  zone: number
  expect: string
}

interface Vectors {
  root: string
  site: string
  site_key_version: number
  K_site: string
  day: number
  handle: string
  K_credential_member: string
  t: number
  member: string
  visitor: { nbf: number; minutes: number; zones: number; n: number; K_credential: string; text: string }
  member_2: { handle: string; t: number; n: number; day: number; text: string }
  cases: Case[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../vectors/token.json', import.meta.url), 'utf8'))
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const site = hex(vectors.site)
const siteKey = siteKeyOf(hex(vectors.root), site, vectors.site_key_version)
const siteId = vectors.site.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
const verifier: Verifier = { siteKey, site }

function visitorGrant(): Buffer {
  const { nbf, minutes, zones } = vectors.visitor
  const grant = Buffer.alloc(10)
  grant.writeUInt32BE(nbf, 0)
  grant.writeUInt16BE(minutes, 4)
  grant.writeUInt32BE(zones, 6)
  return grant
}

/** The code of the first vector, with parts changed. */
function member(change: Partial<Parameters<typeof mint>[0]> = {}): string | undefined {
  const key = hex(vectors.K_credential_member)
  return mint({ key, siteId, handle: hex(vectors.handle), at: vectors.t, n: 0, ...change })
}

describe('the vectors shared with the server and the doors', () => {
  it('mints the member’s code', () => {
    expect(member()).toBe(vectors.member)
  })

  it('mints the second member’s code', () => {
    const { handle, t, n, day, text } = vectors.member_2
    const key = credentialKeyOf(siteKey, day, hex(handle))
    expect(mint({ key, siteId, handle: hex(handle), at: t, n })).toBe(text)
  })

  it('mints the visitor’s code', () => {
    const { n, K_credential, text } = vectors.visitor
    const made = mint({
      key: hex(K_credential),
      siteId,
      handle: hex(vectors.handle),
      at: vectors.t,
      n,
      grant: visitorGrant(),
    })
    expect(made).toBe(text)
  })

  it('knows the day of the keys', () => {
    expect(dayOf(vectors.t)).toBe(vectors.day)
  })

  it.each(vectors.cases)('$name → $expect', ({ text, at, zone, expect: expected }) => {
    expect(siteKey.toString('hex')).toBe(vectors.K_site)
    expect(verdict(text, at, zone, verifier)).toBe(expected)
  })
})

describe('minting', () => {
  it('gives one code per step', () => {
    for (const later of [1, 7, 14.999]) expect(member({ at: vectors.t + later })).toBe(vectors.member)
    expect(member({ at: vectors.t + 15 })).not.toBe(vectors.member)
    expect(member({ at: vectors.t - 0.001 })).not.toBe(vectors.member)
    expect(stepStart(vectors.t + 14)).toBe(vectors.t)
  })

  it('is accepted by a verifier at any time, with any count and handle', () => {
    for (let round = 0; round < 300; round++) {
      const at = 1_600_000_000 + Math.floor(round * 1_234_567.89)
      const handle = Buffer.from(Array.from({ length: 8 }, (_, place) => (round * 31 + place * 77) & 0xff))
      const key = credentialKeyOf(siteKey, dayOf(stepStart(at)), handle)
      const text = mint({ key, siteId, handle, at, n: round & 0xff })
      expect(text).toMatch(/^\d{75}$/)
      expect(verdict(text ?? '', at, 1, verifier)).toBe('open')
    }
  })

  it('depends on every part', () => {
    const other = {
      key: Buffer.alloc(32, 7),
      siteId: '00112233-4455-6677-8899-aabbccddee00',
      handle: Buffer.alloc(8, 7),
      at: vectors.t + 15,
      n: 1,
      grant: visitorGrant(),
    }
    for (const [part, value] of Object.entries(other)) expect(member({ [part]: value }), part).not.toBe(vectors.member)
  })

  it('gives nothing for parts of a wrong length', () => {
    expect(member({ key: Buffer.alloc(31) })).toBeUndefined()
    expect(member({ handle: Buffer.alloc(7) })).toBeUndefined()
    expect(member({ siteId: 'not-a-site' })).toBeUndefined()
    expect(member({ grant: Buffer.alloc(9) })).toBeUndefined()
  })
})

describe('bytes', () => {
  it('reads base64url as the server writes it', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 89 + length * 13) & 0xff))
      expect(Buffer.from(fromBase64Url(bytes.toString('base64url')) ?? []).equals(bytes)).toBe(true)
    }
  })

  it('rejects malformed text', () => {
    for (const text of ['a', 'ab=', 'a b', 'é', 'ab+/']) expect(fromBase64Url(text), text).toBeUndefined()
    for (const text of ['0', 'xy', '0g']) expect(fromHex(text), text).toBeUndefined()
  })
})
