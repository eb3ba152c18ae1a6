import type * as adapter from 'glass-easel-miniprogram-adapter'
import type { ComponentConfig, Project } from '../project'
import type { Phone } from '../state'
import { EventChannel } from './channel'
import type { Components } from './components'
import type { Navbar } from './navbar'
import type { Sheets } from './sheets'

const DEEPEST = 10

type Query = Record<string, string>
type Handler = (...values: unknown[]) => unknown
export type Caller = adapter.component.GeneralComponent

interface Page {
  route: string
  element: HTMLElement
  root: adapter.Root
  caller: Caller
  config: ComponentConfig
  title?: string
}

interface Parts {
  project: Project
  components: Components
  backend: adapter.AssociatedBackend
  sheets: Sheets
  phone: Phone
  host: HTMLElement
}

/** The pages one above the other. */
export class Pages {
  #stack: Page[] = []
  #parts: Parts
  #navbar: Navbar | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The bar to keep up to date. */
  set navbar(navbar: Navbar) {
    this.#navbar = navbar
  }

  get callers(): Caller[] {
    return this.#stack.map((page) => page.caller)
  }

  get top(): Page | undefined {
    return this.#stack.at(-1)
  }

  navigateTo(url: string, events: Record<string, Handler> = {}): EventChannel {
    const target = this.#target(url)
    if (this.#stack.length >= DEEPEST) throw new Error(`more than ${DEEPEST} pages are open`)
    const channel = new EventChannel()
    for (const [name, listener] of Object.entries(events)) channel.on(name, listener)
    if (this.top) this.#hide(this.top)
    this.#open(target, channel)
    return channel
  }

  redirectTo(url: string): void {
    const target = this.#target(url)
    const old = this.#stack.pop()
    if (old) this.#close(old)
    this.#open(target)
  }

  reLaunch(url: string): void {
    const target = this.#target(url)
    this.#clear()
    this.#open(target)
  }

  navigateBack(delta = 1): void {
    if (this.#stack.length < 2) throw new Error('this is the first page')
    for (let left = delta; left > 0 && this.#stack.length > 1; left -= 1) {
      const page = this.#stack.pop()
      if (page) this.#close(page)
    }
    if (this.top) this.#show(this.top)
  }

  setTitle(title: string): void {
    if (!this.top) return
    this.top.title = title
    this.#paint()
  }

  /** The mini-program goes into the background, or comes back. */
  background(hidden: boolean): void {
    if (this.top) this.#tell(this.top, hidden ? 'onHide' : 'onShow')
  }

  pullDown(): void {
    if (this.top?.config.enablePullDownRefresh) this.#tell(this.top, 'onPullDownRefresh')
  }

  scrollTo(top: number): void {
    this.top?.element.scrollTo({ top })
  }

  /** The first element of the page on top that a selector of the mini-program means. */
  find(selector: string): HTMLElement | undefined {
    const [node] = this.top?.caller._$.getShadowRoot()?.querySelectorAll(selector) ?? []
    return node?.$$ as HTMLElement | undefined
  }

  /** So that what the selector finds in the page's own template is at the top. */
  scrollToElement(selector: string, offset: number): void {
    const found = this.top?.caller._$.getShadowRoot()?.querySelector(selector)
    const element = found?.asElement()?.getBackendElement() as unknown as HTMLElement | undefined
    if (!this.top || !element) return
    const { element: page } = this.top
    const distance = element.getBoundingClientRect().top - page.getBoundingClientRect().top
    page.scrollTo({ top: page.scrollTop + distance + offset })
  }

  /** Where an address leads, which may be relative to the page on top. */
  #target(url: string): { route: string; query: Query } {
    const { pathname, searchParams } = new URL(url, `http://page/${this.top?.route ?? ''}`)
    const route = pathname.slice(1)
    if (!this.#parts.project.pages.includes(route)) throw new Error(`page "${route}" is not found`)
    return { route, query: Object.fromEntries(searchParams) }
  }

  #open({ route, query }: { route: string; query: Query }, channel = new EventChannel()): void {
    const { components, backend, host } = this.#parts
    components.define(route)
    const element = document.createElement('main')
    element.className = 'wx-page'
    element.dataset.route = route
    element.tabIndex = -1
    const place = document.createElement('span')
    element.append(place)
    host.append(element)
    const root = backend.createRoot('page-root', components.space, `/${route}`)
    const caller = root.get() as Caller
    Object.assign(caller, { route, options: query, getOpenerEventChannel: () => channel })
    const page: Page = { route, element, root, caller, config: components.entry(route).config }
    this.#stack.push(page)
    this.#tell(page, 'onLoad', query)
    // it may have gone elsewhere at once
    if (!this.#stack.includes(page)) return
    root.attach(element as never, place as never)
    this.#watchScroll(page)
    if (this.top === page) this.#show(page)
    else element.hidden = true
    requestAnimationFrame(() => {
      if (this.#stack.includes(page)) this.#tell(page, 'onReady')
    })
  }

  #show(page: Page): void {
    page.element.hidden = false
    this.#parts.sheets.show(page.route)
    this.#paint()
    page.root.getComponent().triggerPageLifetime('show', [])
    this.#tell(page, 'onShow')
    this.#parts.phone.emit('route', page.route)
  }

  #hide(page: Page): void {
    this.#tell(page, 'onHide')
    page.root.getComponent().triggerPageLifetime('hide', [])
    page.element.hidden = true
  }

  #close(page: Page): void {
    this.#tell(page, 'onUnload')
    page.root.release()
    page.element.remove()
  }

  #clear(): void {
    for (let page = this.#stack.pop(); page; page = this.#stack.pop()) this.#close(page)
  }

  #tell(page: Page, name: string, ...values: unknown[]): void {
    // handlers are what the page defined, under names of WeChat's choice
    const handler = (page.caller as unknown as Record<string, Handler | undefined>)[name]
    try {
      const result = handler?.apply(page.caller, values)
      if (result instanceof Promise) result.catch(report)
    } catch (error) {
      report(error)
    }
  }

  #paint(): void {
    if (!this.top) return
    const config = { ...this.#parts.project.window, ...this.top.config }
    const title = this.top.title ?? config.navigationBarTitleText ?? ''
    this.#navbar?.show({ title, config, canGoBack: this.#stack.length > 1 })
  }

  #watchScroll(page: Page): void {
    const { element, config } = page
    const distance = config.onReachBottomDistance ?? 50
    let reached = false
    element.addEventListener('scroll', () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight
      this.#tell(page, 'onPageScroll', { scrollTop: element.scrollTop })
      if (left <= distance && !reached) this.#tell(page, 'onReachBottom')
      reached = left <= distance
    })
  }
}

/** An error of a page ends nothing else; tests hear of it as of any uncaught one. */
function report(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
