/** Navigation between pages, toasts and dialogs. */

/** A short message that disappears by itself. Nothing is shown for ''. */
export function toast(title: string): void {
  if (title !== '') void wx.showToast({ title, icon: 'none', duration: 2200 })
}

/** A dialog. WeChat limits button texts to four Chinese characters or eight letters. */
export interface Question {
  title: string
  text: string
  yes: string
  no: string
  /** The action cannot be undone. */
  danger?: boolean
}

let asking = false

/** Asks; true if the user confirms. While one dialog is open, another is not shown. */
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

/** Goes back so many pages, or to the first page if there are fewer. */
export function back(delta = 1): void {
  if (getCurrentPages().length > delta) void wx.navigateBack({ delta })
  else home()
}

/** Goes to the first page and closes the others. */
export function home(): void {
  void wx.reLaunch({ url: '/pages/home/index' })
}

/** Goes to the login page and closes the others. */
export function toLogin(): void {
  void wx.reLaunch({ url: '/pages/login/index' })
}

/** Ends the pull-down refresh animation. */
export function pulled(): void {
  void wx.stopPullDownRefresh()
}

/** Copies a text to the clipboard; false if that fails. */
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
