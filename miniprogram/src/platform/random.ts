/**
 * Random bytes from the system. Where `wx.getRandomValues` is missing (base library before 2.15.0) or fails, they come
 * from Math.random: the bytes only distinguish requests and need not be unguessable.
 */
export function randomBytes(length: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const fallBack = (): void => resolve(Uint8Array.from({ length }, () => Math.floor(Math.random() * 256)))
    if (typeof wx.getRandomValues !== 'function') return fallBack()
    wx.getRandomValues({ length, success: ({ randomValues }) => resolve(new Uint8Array(randomValues)), fail: fallBack })
  })
}
