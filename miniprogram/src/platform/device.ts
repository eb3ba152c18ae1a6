/** The `device` field of requests that begin a sign-in or record a consent: the phone's brand and model, if known. */
export function deviceField(): { device?: string } {
  try {
    const { brand, model } = wx.getDeviceInfo()
    const name = [brand, model].filter(Boolean).join(' ')
    return name === '' ? {} : { device: name.slice(0, 64) }
  } catch {
    return {}
  }
}
