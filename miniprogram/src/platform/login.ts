/** A fresh code of `wx.login`, good once and for five minutes; nothing when WeChat did not give one. */
export function loginCode(): Promise<string | undefined> {
  return new Promise((resolve) => {
    wx.login({ success: ({ code }) => resolve(code || undefined), fail: () => resolve(undefined) })
  })
}
