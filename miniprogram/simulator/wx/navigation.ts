import type { Pages } from '../runtime/pages'
import type { Calls } from './call'

type Url = { url: string }

export function navigation(pages: Pages, calls: Calls) {
  return {
    navigateTo: calls.define<Url & { events?: Record<string, () => void> }>('navigateTo', ({ url, events }) => ({
      eventChannel: pages.navigateTo(url, events),
    })),
    redirectTo: calls.define<Url>('redirectTo', ({ url }) => pages.redirectTo(url)),
    reLaunch: calls.define<Url>('reLaunch', ({ url }) => pages.reLaunch(url)),
    navigateBack: calls.define<{ delta?: number }>('navigateBack', ({ delta }) => pages.navigateBack(delta)),
    setNavigationBarTitle: calls.define<{ title: string }>('setNavigationBarTitle', ({ title }) =>
      pages.setTitle(title),
    ),
    setNavigationBarColor: calls.accept('setNavigationBarColor'),
    setBackgroundColor: calls.accept('setBackgroundColor'),
    pageScrollTo: calls.define<{ scrollTop?: number; selector?: string; offsetTop?: number }>(
      'pageScrollTo',
      ({ scrollTop, selector, offsetTop = 0 }) => {
        if (scrollTop !== undefined) pages.scrollTo(scrollTop)
        else if (selector) pages.scrollToElement(selector, offsetTop)
      },
    ),
    startPullDownRefresh: calls.define('startPullDownRefresh', () => pages.pullDown()),
    stopPullDownRefresh: calls.accept('stopPullDownRefresh'),
  }
}
