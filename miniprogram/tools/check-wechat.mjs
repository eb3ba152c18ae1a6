// WeChat's own compilers, wcc and wcsc, over dist/: what they refuse, WeChat would refuse.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { runTool } from './cli.mjs'
import { root } from './project.mjs'

/** @type {{ wxmlToJs(folder: string, options: object): Promise<unknown>, wxssToJs(folder: string, options: object): Promise<unknown> }} */
const compiler = createRequire(import.meta.url)('miniprogram-compiler')
const dist = path.join(root, 'dist')
const options = { maxBuffer: 64 * 1024 * 1024 }

/** @param {string} name @param {Promise<unknown>} compiling */
async function size(name, compiling) {
  const text = String(await compiling)
  if (text.length < 100) throw new Error(`${name} made nothing of ${dist}`)
  return `${name} ${Math.round(text.length / 1024)} KiB`
}

await runTool('check-wechat', async () => {
  if (!fs.existsSync(path.join(dist, 'app.json'))) throw new Error('there is no dist/: build first')
  const templates = await size('wcc', compiler.wxmlToJs(dist, options))
  const styles = await size('wcsc', compiler.wxssToJs(dist, options))
  return `${templates}, ${styles}`
})
