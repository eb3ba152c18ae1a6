/** Moving between pages, and the short words and questions that WeChat itself draws. */

/** A word that goes by itself. What was cancelled has none. */
export function toast(title: string): void {
  if (title !== '') void wx.showToast({ title, icon: 'none', duration: 2200 })
}

/** What a question says and offers. WeChat takes no answer of more than four Chinese characters, or eight letters. */
export interface Question {
  title: string
  text: string
  yes: string
  no: string
  /** Saying yes cannot be taken back. */
  danger?: boolean
}

let asking = false

/** Asks; true when the answer was yes. While one question stands, another is not asked: whoever taps twice meant once. */
export async function ask({ title, text, yes, no, danger }: Question): Promise<boolean> {
  if (asking) return false
  asking = true
  const colour = danger ? { confirmColor: '#c4362d' } : {}
  try {
    return (await wx.showModal({ title, content: text, confirmText: yes, cancelText: no, ...colour })).confirm
  } catch {
    return false
  } finally {
    asking = false
  }
}

/** Opens a page over this one. */
export function open(url: string): void {
  wx.navigateTo({ url, fail: () => void wx.reLaunch({ url }) })
}

/** Opens a page in place of this one. */
export function replace(url: string): void {
  wx.redirectTo({ url, fail: () => void wx.reLaunch({ url }) })
}

/** Goes back so many pages; to the first page where there are none. */
export function back(delta = 1): void {
  if (getCurrentPages().length > delta) void wx.navigateBack({ delta })
  else home()
}

/** Goes to the first page and forgets the others. */
export function home(): void {
  void wx.reLaunch({ url: '/pages/home/index' })
}

/** Goes to the login page and forgets the others. */
export function toLogin(): void {
  void wx.reLaunch({ url: '/pages/login/index' })
}

/** The page that was pulled down has what it was pulled for. */
export function pulled(): void {
  void wx.stopPullDownRefresh()
}

/** Puts a text where it can be pasted; false when the phone does not let us. */
export async function copy(text: string): Promise<boolean> {
  try {
    await wx.setClipboardData({ data: text })
    return true
  } catch {
    return false
  }
}

/** The title at the top of the page. */
export function title(text: string): void {
  void wx.setNavigationBarTitle({ title: text })
}
