import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Phone } from './phone'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The findings of axe, each with its element. */
export async function violations(phone: Phone): Promise<string[]> {
  await phone.page.evaluate(axe)
  const { violations } = (await phone.page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  )
}

/** Elements that overflow the right edge of the screen. */
export function overflows(phone: Phone): Promise<string[]> {
  return phone.page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const shown = [...document.querySelectorAll<HTMLElement>('.wx-page:not([hidden]) *')]
    return shown
      .filter((element) => {
        const { right, width: own, height } = element.getBoundingClientRect()
        return own > 0 && height > 0 && right > width + 1 && getComputedStyle(element).visibility === 'visible'
      })
      .filter((element) => !element.closest('scroll-view'))
      .map((element) => element.outerHTML.slice(0, 200))
  })
}

/** Dates that are broken over two lines, with their context. */
export function brokenDates(phone: Phone): Promise<string[]> {
  return phone.page.evaluate(() => {
    const broken: string[] = []
    for (const root of document.querySelectorAll('.wx-page:not([hidden])')) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        for (const { 0: date, index } of (node.nodeValue ?? '').matchAll(/\d{4}-\d{2}-\d{2}/g)) {
          const range = document.createRange()
          range.setStart(node, index)
          range.setEnd(node, index + date.length)
          if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(node.nodeValue ?? '')
        }
      }
    }
    return broken
  })
}

/** Waits until all animations but endless ones have finished. */
export function settled(phone: Phone): Promise<void> {
  return phone.page.evaluate(async () => {
    const ends = (one: Animation) => Number.isFinite(one.effect?.getComputedTiming().endTime)
    const moving = document.getAnimations().filter((one) => ends(one) && one.playState === 'running')
    await Promise.all(moving.map((one) => one.finished.catch(() => one)))
  })
}
