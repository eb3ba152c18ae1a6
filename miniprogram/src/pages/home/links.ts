import { texts } from '../../i18n/index'
import { open, toast } from '../../platform/ui'
import { site } from '../../services/site'
import { entries } from './entries'

/** Opens the help page, at a reason if one is given. */
export function openHelp(reason?: string): void {
  open(`/packages/help/index/index${reason === undefined ? '' : `?reason=${reason}`}`)
}

/** Handlers of the main screen that lead to other pages. */
export const links = {
  onSite() {
    open('/pages/sites/index')
  },

  onMe() {
    open('/pages/me/index')
  },

  onBind() {
    const here = site.current()
    open(`/packages/card/bind/index?fresh=1${here ? `&siteId=${here.id}` : ''}`)
  },

  onNotices() {
    open('/packages/account/notices/index')
  },

  onVisitor() {
    toast(texts('home').visitorHint)
  },

  onHelp() {
    openHelp()
  },

  onEntry(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: string }
    const url = entries.find((entry) => entry.id === id)?.url
    if (url) open(url)
    else toast(texts('home').soonHint)
  },
}
