// Reads app.json and follows it: every page, every component the pages really use, and where their files are.
import fs from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')
export const src = path.join(root, 'src')

const NPM = 'miniprogram_npm/'

/**
 * @typedef {object} Component A page or a component.
 * @property {string} id Its path without extension, as WeChat knows it: `pages/home/index`.
 * @property {boolean} isPage
 * @property {boolean} ours False for those of a library.
 * @property {string} base Its files without extension, on the disk.
 * @property {string} script Its code.
 * @property {Record<string, any>} config Its JSON file; as free as WeChat's own format.
 * @property {Record<string, string>} using Tag to id.
 */

/** @typedef {{ root: string, pages: string[] }} Subpackage */

/**
 * @typedef {object} Project
 * @property {Record<string, any>} app app.json
 * @property {Subpackage[]} subpackages
 * @property {string[]} pages The ids of all pages, the first one first.
 * @property {Map<string, Component>} components
 */

/** @param {string} file @returns {any} */
export function readJson(file) {
  const text = fs.readFileSync(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${path.relative(root, file)}: ${error instanceof Error ? error.message : error}`)
  }
}

/** The path on the disk of an id, without extension. @param {string} id */
export function disk(id) {
  if (!id.startsWith(NPM)) return path.join(src, id)
  const parts = id.slice(NPM.length).split('/')
  const name = parts.splice(0, id.startsWith(`${NPM}@`) ? 2 : 1).join('/')
  const folder = path.join(root, 'node_modules', name)
  const { miniprogram = 'miniprogram_dist' } = readJson(path.join(folder, 'package.json'))
  return path.join(folder, miniprogram, ...parts)
}

/** The id of what a component names in `usingComponents`. @param {string} from @param {string} spec */
function resolve(from, spec) {
  if (spec.startsWith('/')) return spec.slice(1)
  const near = path.posix.join(path.posix.dirname(from), spec)
  return spec.startsWith('.') || fs.existsSync(`${disk(near)}.json`) ? near : NPM + spec
}

/** @param {string} id @param {boolean} isPage @param {Record<string, string>} shared @returns {Component} */
function readComponent(id, isPage, shared) {
  const base = disk(id)
  if (!fs.existsSync(`${base}.json`)) throw new Error(`${id}.json is missing`)
  const config = readJson(`${base}.json`)
  const script = [`${base}.ts`, `${base}.js`].find((file) => fs.existsSync(file))
  if (!script) throw new Error(`${id}.ts is missing`)
  if (!fs.existsSync(`${base}.wxml`)) throw new Error(`${id}.wxml is missing`)
  const named = Object.entries({ ...shared, ...config.usingComponents })
  const using = Object.fromEntries(named.map(([tag, spec]) => [tag, resolve(id, spec)]))
  return { id, isPage, ours: !id.startsWith(NPM), base, script, config, using }
}

/** @param {Component} component */
function needs({ id, config, using }) {
  const generics = Object.values(config.componentGenerics ?? {})
  return [...Object.values(using), ...generics.flatMap((it) => (it?.default ? [resolve(id, it.default)] : []))]
}

/** @returns {Project} */
export function loadProject() {
  const app = readJson(path.join(src, 'app.json'))
  /** @type {Subpackage[]} */
  const subpackages = app.subPackages ?? app.subpackages ?? []
  const pages = [...app.pages, ...subpackages.flatMap((sub) => sub.pages.map((page) => `${sub.root}/${page}`))]
  /** @type {Map<string, Component>} */
  const components = new Map()
  /** @param {string} id @param {boolean} isPage */
  const visit = (id, isPage) => {
    if (components.has(id)) return
    const component = readComponent(id, isPage, isPage ? (app.usingComponents ?? {}) : {})
    components.set(id, component)
    for (const needed of needs(component)) visit(needed, false)
  }
  for (const page of pages) visit(page, true)
  return { app, subpackages, pages, components }
}
