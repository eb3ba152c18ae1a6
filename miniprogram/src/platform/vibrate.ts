/** A short vibration, for a recognised shake. */
export function tick(): void {
  wx.vibrateShort({ type: 'medium', fail: () => undefined })
}

/** A long vibration, for an opened door. */
export function buzz(): void {
  wx.vibrateLong({ fail: () => undefined })
}
