import type { Lifecycle } from '../runtime/lifecycle'
import type { Pages } from '../runtime/pages'
import { SelectorQuery } from '../runtime/query'
import type { Themes } from '../runtime/theme'
import type { Phone } from '../state'
import { account } from './account'
import { beacons } from './beacons'
import { bytes } from './bytes'
import { Calls } from './call'
import { device } from './device'
import { location } from './location'
import { motion } from './motion'
import { navigation } from './navigation'
import { network } from './network'
import { Privacy } from './privacy'
import { request } from './request'
import { Signals } from './signals'
import { storage } from './storage'
import { subscribe } from './subscribe'
import { system } from './system'
import { Toasts, ui } from './ui'

interface Parts {
  phone: Phone
  pages: Pages
  themes: Themes
  lifecycle: Lifecycle
}

/** The global `wx`, and what else of it the simulator needs. */
export function createWx({ phone, pages, themes, lifecycle }: Parts) {
  const calls = new Calls()
  const signals = new Signals()
  const privacy = new Privacy(phone)
  const toasts = new Toasts()
  const { openType, api } = account(phone, calls, privacy)
  themes.onChange((theme) => signals.emit('themeChange', { theme }))
  addEventListener('resize', () => {
    signals.emit('windowResize', { size: { windowWidth: innerWidth, windowHeight: innerHeight } })
  })
  const moves = navigation(pages, calls)
  const wx: Record<string, unknown> = {
    ...system(calls, themes, lifecycle),
    ...storage(phone, calls),
    ...api,
    ...privacy.api(calls),
    ...ui(calls, toasts),
    ...moves,
    ...bytes(calls),
    ...device(phone, calls, toasts),
    ...motion(phone, calls, signals),
    ...network(phone, calls, signals),
    ...location(phone, calls, privacy),
    ...beacons(phone, calls, signals, privacy),
    ...subscribe(phone, calls),
    ...signals.api('themeChange', 'userCaptureScreen', 'windowResize', 'keyboardHeightChange'),
    request: request(phone, calls),
    createSelectorQuery: () => new SelectorQuery(pages.top?.caller),
    canIUse: (what: string) => (what.split('.')[0] ?? '') in wx || /^(button|canvas|input)\b/.test(what),
  }
  /** What <navigator> does. */
  const navigate = (type: string, { url, delta }: { url: string; delta: number }) => {
    const failed = () => {}
    if (type === 'navigateBack') moves.navigateBack({ delta, fail: failed })
    else if (type === 'redirect') moves.redirectTo({ url, fail: failed })
    else if (type === 'reLaunch') moves.reLaunch({ url, fail: failed })
    else moves.navigateTo({ url, fail: failed })
  }
  return { wx, calls: calls.made, signals, openType, navigate }
}
