/** A new code from `wx.login`, valid once and for five minutes; undefined if WeChat gave none. */
export function loginCode(): Promise<string | undefined> {
  return new Promise((resolve) => {
    wx.login({ success: ({ code }) => resolve(code || undefined), fail: () => resolve(undefined) })
  })
}
