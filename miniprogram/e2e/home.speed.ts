import { test } from 'vitest'
import { stage } from './support/stage'

const STARTS = 15
const SLOWER = 4

declare global {
  interface Window {
    /** Milliseconds since the navigation began when a code was on the canvas. */
    codeAt?: number
  }
}

const here = stage()

test('the main screen with cached keys shows its code in time', async () => {
  const { phone } = await here.holder()
  await phone.code()
  await phone.page.addInitScript(() => {
    const look = () => {
      const canvas = document.querySelector('canvas')
      const pixels = canvas?.width
        ? canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
        : undefined
      if (pixels?.some((value, index) => index % 4 === 3 && value > 0 && pixels[index - 1] === 0)) {
        window.codeAt = performance.now()
      } else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  const devtools = await phone.context.newCDPSession(phone.page)
  for (const offline of [true, false]) {
    await phone.set({ offline })
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    const since: { start: number[]; load: number[] } = { start: [], load: [] }
    for (let n = 0; n < STARTS; n += 1) {
      await phone.page.reload()
      await phone.page.waitForFunction(() => window.codeAt)
      const { codeAt, loadAt } = await phone.page.evaluate(() => {
        const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
        return { codeAt: window.codeAt ?? Number.NaN, loadAt: navigation?.loadEventEnd ?? Number.NaN }
      })
      since.start.push(codeAt)
      since.load.push(codeAt - loadAt)
    }
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    const told = (all: number[]) => {
      const sorted = all.toSorted((a, b) => a - b)
      const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN)
      return `median ${at(0.5)} ms, p90 ${at(0.9)}, worst ${at(1)}`
    }
    console.log(
      `${offline ? 'offline' : 'online'}, CPU ${SLOWER} times slower, ${STARTS} starts: code on the screen ` +
        `${told(since.start)} after the navigation began; ${told(since.load)} after load`,
    )
  }
})
