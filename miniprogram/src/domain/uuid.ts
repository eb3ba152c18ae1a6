/** A version 4 UUID from sixteen random bytes. */
export function uuidOf(random: Uint8Array): string {
  const hex = [...random.slice(0, 16)].map((byte, at) => {
    const marked = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte
    return (marked + 0x100).toString(16).slice(1)
  })
  const part = (from: number, to: number): string => hex.slice(from, to).join('')
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join('-')
}
