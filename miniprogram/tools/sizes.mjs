// Checks the size of dist/: the main package may have 400 kB, everything 700 kB. WeChat itself allows 2 MiB for each package.
import fs from 'node:fs'
import path from 'node:path'
import { runTool } from './cli.mjs'
import { readJson, root } from './project.mjs'

const MAIN = 400_000
const ALL = 700_000
const dist = path.join(root, 'dist')

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(0)} kB`

await runTool('sizes', () => {
  if (!fs.existsSync(path.join(dist, 'app.json'))) throw new Error('there is no dist/: build first')
  const app = readJson(path.join(dist, 'app.json'))
  /** @type {string[]} */
  const roots = (app.subPackages ?? app.subpackages ?? []).map((/** @type {{ root: string }} */ it) => it.root)
  const files = fs
    .readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ name: path.relative(dist, file), bytes: fs.statSync(file).size }))
  const owner = (/** @type {string} */ name) => roots.find((it) => name.startsWith(`${it}/`)) ?? 'main'
  const packages = new Map(['main', ...roots].map((name) => [name, 0]))
  for (const { name, bytes } of files) packages.set(owner(name), (packages.get(owner(name)) ?? 0) + bytes)

  const all = [...packages.values()].reduce((sum, bytes) => sum + bytes, 0)
  const main = packages.get('main') ?? 0
  const words = [...packages].map(([name, bytes]) => `${name} ${kB(bytes)}`).join(', ')
  if (main > MAIN || all > ALL) {
    const largest = files.sort((a, b) => b.bytes - a.bytes).slice(0, 15)
    for (const { name, bytes } of largest) console.error(`  ${kB(bytes).padStart(7)}  ${name}`)
    throw new Error(`too heavy: ${words}, together ${kB(all)}; allowed are ${kB(MAIN)} and ${kB(ALL)}`)
  }
  return `${words}, together ${kB(all)}`
})
