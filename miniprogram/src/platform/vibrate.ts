/** A short tick, as for a shake that was felt. */
export function tick(): void {
  wx.vibrateShort({ type: 'medium', fail: () => undefined })
}

/** A long buzz, as for a door that opened. */
export function buzz(): void {
  wx.vibrateLong({ fail: () => undefined })
}
