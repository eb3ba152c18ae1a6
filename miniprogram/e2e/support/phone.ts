import { resolve } from 'node:path'
import jsqr from 'jsqr'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { PNG } from 'pngjs'
import type { DemoServer } from './demo-server'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--force-color-profile=srgb'] })
}

export interface PhoneOptions {
  width?: number
  height?: number
  dark?: boolean
  /** Milliseconds by which its clock is ahead. */
  ahead?: number
  /** The initial state of the simulated phone. */
  state?: Partial<SimState>
}

/** A phone with the mini-program on it. */
export class Phone {
  readonly context: BrowserContext
  readonly page: Page
  readonly server: DemoServer
  /** Uncaught errors of the page. */
  readonly errors: string[] = []
  /** Requests to other origins. */
  readonly strangers: string[] = []

  private constructor(context: BrowserContext, page: Page, server: DemoServer) {
    this.context = context
    this.page = page
    this.server = server
  }

  static async open(browser: Browser, server: DemoServer, options: PhoneOptions = {}): Promise<Phone> {
    const { width = 390, height = 844, dark = false, ahead = 0, state } = options
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      colorScheme: dark ? 'dark' : 'light',
    })
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    const phone = new Phone(context, page, server)
    page.on('pageerror', (error) => phone.errors.push(error.stack ?? error.message))
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) phone.errors.push(line.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(`${server.base}/`) && !/^(data|blob):/.test(url)) phone.strangers.push(url)
    })
    if (ahead) await page.clock.install({ time: Date.now() + ahead })
    if (state) {
      await page.addInitScript(
        (given) => {
          if (!localStorage.getItem('sim:state')) localStorage.setItem('sim:state', given)
        },
        JSON.stringify({ ...state }),
      )
    }
    await phone.start()
    return phone
  }

  /** Opens the mini-program again. */
  async start(page = ''): Promise<void> {
    await this.page.goto(`${this.server.base}/app/phone.html${page ? `#${page}` : ''}`)
    await this.page.waitForFunction(() => window.__sim?.route())
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.page.waitForFunction(() => window.__sim?.route())
  }

  /** The page on top. */
  get top(): Locator {
    return this.page.locator('.wx-page:not([hidden])').last()
  }

  route(): Promise<string> {
    return this.page.evaluate(() => window.__sim.route())
  }

  async arrives(route: string): Promise<void> {
    await this.page.waitForFunction((wanted) => window.__sim.route() === wanted, route)
  }

  sim<T>(act: (sim: Sim) => T | Promise<T>): Promise<T> {
    return this.page.evaluate(`(${act})(window.__sim)`) as Promise<T>
  }

  set(change: Partial<SimState>): Promise<void> {
    return this.page.evaluate((wanted) => window.__sim.set(wanted), change)
  }

  /** Waits until the screen shows a text. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor()
  }

  async back(): Promise<void> {
    await this.page.getByRole('button', { name: '返回' }).click()
  }

  /** Decodes the QR code from the pixels of the canvas. */
  async code(): Promise<string> {
    const until = Date.now() + 10_000
    for (;;) {
      const picture = PNG.sync.read(await this.page.screenshot())
      const found = jsqr(new Uint8ClampedArray(picture.data), picture.width, picture.height)
      if (found) return found.data
      if (Date.now() > until) throw new Error('there is no code on the screen')
    }
  }

  /** Waits for a code other than this one. */
  async codeAfter(last: string): Promise<string> {
    for (;;) {
      const code = await this.code()
      if (code !== last) return code
    }
  }

  /** Saves a screenshot. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: resolve(import.meta.dirname, '../../../target/screenshots', `${name}.png`) })
  }

  async close(): Promise<void> {
    await this.context.close()
  }
}
