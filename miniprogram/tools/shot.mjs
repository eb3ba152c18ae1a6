// Opens a page of the build in chromium and writes a picture of it.
//   node tools/shot.mjs --base http://127.0.0.1:8090 --page pages/home/index --out /tmp/home.png
//     [--dark] [--large] [--english] [--width 390] [--height 844] [--full] [--desktop]
//     [--state FILE] [--do FILE]
// --state keeps what the phone remembers between pictures (so log in once); --do names a module whose default export
// is called with the Playwright page before the picture. Words of the page's console and its errors are printed.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { openChromium } from './chromium.mjs'
import { runTool } from './cli.mjs'

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'http://127.0.0.1:8080' },
    page: { type: 'string', default: '' },
    out: { type: 'string', default: '/tmp/shot.png' },
    width: { type: 'string' },
    height: { type: 'string' },
    state: { type: 'string' },
    do: { type: 'string' },
    dark: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    english: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    desktop: { type: 'boolean', default: false },
  },
})

/** What the settings of the mini-program keep on the phone. */
const settings = JSON.stringify({
  v: 1,
  d: { large: values.large, language: values.english ? 'en' : 'zh' },
})

async function shoot() {
  const browser = await openChromium()
  try {
    const { desktop } = values
    const context = await browser.newContext({
      viewport: {
        width: Number(values.width ?? (desktop ? 1280 : 390)),
        height: Number(values.height ?? (desktop ? 900 : 844)),
      },
      deviceScaleFactor: 2,
      isMobile: !desktop,
      hasTouch: !desktop,
      locale: 'zh-CN',
      colorScheme: values.dark ? 'dark' : 'light',
      ...(values.state && fs.existsSync(values.state) ? { storageState: values.state } : {}),
    })
    await context.addInitScript((text) => {
      const state = JSON.parse(localStorage.getItem('sim:state') ?? '{}')
      state.openid ??= 'sim-shot'
      localStorage.setItem('sim:state', JSON.stringify(state))
      localStorage.setItem(`wx:${state.openid}:km.device.settings`, JSON.stringify(text))
    }, settings)
    const page = await context.newPage()
    page.on('console', (message) => console.log(`  ${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => console.log(`  error: ${error.message}`))
    const address = desktop ? '/app/' : '/app/phone.html'
    await page.goto(values.base + address + (values.page ? `#/${values.page}` : ''))
    page.setDefaultTimeout(10_000)
    await settle(page)
    if (values.do) {
      const steps = await import(pathToFileURL(path.resolve(values.do)).href)
      await steps.default(page)
      await settle(page)
    }
    if (values.full) await showAll(page)
    await page.screenshot({ path: values.out })
    if (values.state) await context.storageState({ path: values.state })
    return values.out
  } finally {
    await browser.close()
  }
}

/** Waits until nothing more is asked of the server; the desktop page never stops asking. @param {import('playwright-core').Page} page */
async function settle(page) {
  if (!values.desktop) return page.waitForLoadState('networkidle')
  await page.waitForLoadState('load')
  await page.waitForTimeout(1500)
}

/** Makes the window as high as the page in it. @param {import('playwright-core').Page} page */
async function showAll(page) {
  const height = await page.evaluate(() => {
    const shown = document.querySelector('.wx-page:not([hidden])')
    return (shown?.scrollHeight ?? 0) + (document.getElementById('wx-nav')?.offsetHeight ?? 0)
  })
  const size = page.viewportSize()
  if (size && height > size.height) await page.setViewportSize({ width: size.width, height })
}

await runTool('shot', shoot)
