import { createHmac, hkdfSync } from 'node:crypto'

/**
 * An independent verifier of KM1 for these tests, with BigInt and node's own crypto. It shares no code with
 * the implementation under test.
 */

const DAY = 86_400
const FIRST_DAY = 18_262

export interface Verifier {
  siteKey: Buffer
  site: Buffer
}

function mac(key: Uint8Array, ...parts: Uint8Array[]): Buffer {
  return createHmac('sha256', key).update(Buffer.concat(parts)).digest()
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function siteKeyOf(root: Buffer, site: Buffer, version: number): Buffer {
  const info = Buffer.concat([Buffer.from('kaimen/site'), u32(version), site])
  return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(32), info, 32))
}

export function credentialKeyOf(siteKey: Buffer, day: number, handle: Buffer, grant?: Buffer): Buffer {
  const kind = Buffer.from([grant === undefined ? 0 : 1])
  const dayKey = mac(siteKey, Buffer.from('epoch'), u32(day))
  return mac(dayKey, Buffer.from('cred'), kind, handle, grant ?? Buffer.alloc(0))
}

function bytesOf(text: string): Buffer | undefined {
  const length = { 75: 31, 99: 41 }[text.length]
  if (length === undefined || !/^\d+$/.test(text)) return undefined
  const hex = BigInt(text).toString(16)
  return hex.length > 2 * length ? undefined : Buffer.from(hex.padStart(2 * length, '0'), 'hex')
}

/** The verdict, by the names of vectors/token.json. */
export function verdict(text: string, at: number, zone: number, { siteKey, site }: Verifier): string {
  const bytes = bytesOf(text)
  if (bytes === undefined) return 'malformed'
  const visitor = bytes.length === 41
  if (bytes[0] !== (visitor ? 0x14 : 0x10)) return 'malformed'
  const today = Math.floor(at / DAY)
  const day = [today, today - 1, today + 1].find((one) => ((one - FIRST_DAY) & 0xff) === bytes[1])
  if (day === undefined) return 'unknown_epoch'
  const start = bytes.readUInt32BE(10)
  if (Math.floor(start / DAY) !== day) return 'epoch_mismatch'
  const body = bytes.subarray(0, -16)
  const grant = visitor ? body.subarray(15) : undefined
  const key = credentialKeyOf(siteKey, day, bytes.subarray(2, 10), grant)
  if (!mac(key, Buffer.from('KM1'), site, body).subarray(0, 16).equals(bytes.subarray(-16))) return 'bad_tag'
  if (at - start >= 30) return 'expired'
  if (at - start < -5) return 'not_yet'
  if (grant === undefined) return 'open'
  const from = grant.readUInt32BE(0)
  if (at < from || at >= from + grant.readUInt16BE(4) * 60) return 'outside_window'
  return (grant.readUInt32BE(6) & zone) === 0 ? 'wrong_zone' : 'open'
}
