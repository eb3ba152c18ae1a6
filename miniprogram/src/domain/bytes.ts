const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Decodes base64url without padding, as the API uses it; undefined if malformed. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return undefined
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = (bits >> held) & 0xff
    }
  }
  return bytes
}

/** Decodes hexadecimal, ignoring dashes as in UUIDs; undefined if malformed. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/-/g, '')
  if (digits.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
}

/** A text in UTF-8. WeChat's script engines may lack `TextEncoder`. */
export function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text)
  const codes = escaped.match(/%..|[^%]/g) ?? []
  return Uint8Array.from(codes, (code) => (code.length > 1 ? Number.parseInt(code.slice(1), 16) : code.charCodeAt(0)))
}

/** A number as four bytes, big-endian. */
export function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
}
