/** What the phone calls itself, for the list of sign-ins; nothing when it will not say. */
export function deviceName(): string | undefined {
  try {
    const { brand, model } = wx.getDeviceInfo()
    const name = [brand, model].filter(Boolean).join(' ')
    return name === '' ? undefined : name.slice(0, 64)
  } catch {
    return undefined
  }
}
