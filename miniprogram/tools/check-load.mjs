// Loads every file of dist/ as WeChat does: CommonJS, relative paths, and no globals but those a mini-program has.
// Shows that each import leads somewhere and that each page and component defines itself exactly once.
import fs from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import { runTool } from './cli.mjs'
import { readJson, root } from './project.mjs'

const dist = path.join(root, 'dist')

/** Anything that is asked of it while files load: `wx` and what hangs from it. @returns {any} */
const anything = () =>
  new Proxy(() => anything(), { get: (_, key) => (key === Symbol.toPrimitive ? () => '' : anything()) })

class Loader {
  /** @type {Map<string, { exports: object }>} */
  #modules = new Map()
  defined = 0
  #context = vm.createContext({
    wx: anything(),
    App: () => this.#define(),
    Page: () => this.#define(),
    Component: () => this.#define(),
    Behavior: () => ({}),
    getApp: () => ({}),
    getCurrentPages: () => [],
    setTimeout: () => 0,
    clearTimeout: () => undefined,
    setInterval: () => 0,
    clearInterval: () => undefined,
    console: {},
  })

  #define() {
    this.defined += 1
  }

  /** @param {string} name @returns {object} */
  load(name) {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const file = path.join(dist, name)
    if (!fs.existsSync(file)) throw new Error(`${name} is required but missing`)
    const module = { exports: {} }
    this.#modules.set(name, module)
    const code = `(function (require, module, exports) {${fs.readFileSync(file, 'utf8')}\n})`
    const run = vm.runInContext(code, this.#context, { filename: name })
    run(
      (/** @type {string} */ spec) => this.load(path.posix.join(path.posix.dirname(name), spec)),
      module,
      module.exports,
    )
    return module.exports
  }
}

await runTool('check-load', () => {
  const files = fs.readdirSync(dist, { recursive: true, encoding: 'utf8' })
  const scripts = files.filter((name) => name.endsWith('.js') && !name.includes('chunks/'))
  const loader = new Loader()
  for (const name of ['app.js', ...scripts.filter((script) => script !== 'app.js')]) {
    const before = loader.defined
    loader.load(name)
    const times = loader.defined - before
    if (times !== 1) {
      throw new Error(
        `${name}: ${times} definitions when loaded, not 1: a page or component may not import the file of another`,
      )
    }
  }
  const { pages } = readJson(path.join(dist, 'app.json'))
  return `${scripts.length} files define themselves, ${pages[0]} first`
})
