// src/ to dist/: what WeChat DevTools and miniprogram-ci take. Of the libraries only what the pages reach is copied.
import fs from 'node:fs'
import path from 'node:path'
import esbuild from 'esbuild'
import { runTool } from './cli.mjs'
import { iconCss, isIconSheet, usedIcons } from './icons.mjs'
import { placed } from './place.mjs'
import { disk, loadProject, readJson, root, src } from './project.mjs'
import { replaceFolder } from './swap.mjs'
import { importsOf } from './wxss.mjs'

/** Where the phone finds the server: `https://door.example.com`. A release needs it. */
const API = (process.env.KAIMEN_API ?? '').replace(/\/+$/, '')

/** @typedef {(name: string, data: string) => void} Put Writes a file of the build. */

/** @param {string} out @returns {Put} */
const into = (out) => (name, data) => {
  const file = path.join(out, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, data)
}

/** @param {string} css @param {string} name */
function minifiedCss(css, name) {
  const { code, warnings } = esbuild.transformSync(css, { loader: 'css', minifyWhitespace: true, logLevel: 'silent' })
  const first = warnings[0]
  if (first && !name.startsWith('miniprogram_npm/')) {
    throw new Error(`src/${name}:${first.location?.line}: ${first.text}`)
  }
  return code
}

/** What a file names: templates and scripts of WXML, style sheets of WXSS, modules of WXS. @type {Record<string, (text: string) => string[]>} */
const references = {
  '.wxml': (text) => [...text.matchAll(/<(?:import|include|wxs)\b[^>]*\bsrc="([^"{]+)"/g)].map((hit) => hit[1] ?? ''),
  '.wxss': importsOf,
  '.wxs': (text) => [...text.matchAll(/require\(['"]([^'"]+)['"]\)/g)].map((hit) => hit[1] ?? ''),
}

/** Copies files and what they name. */
class Copier {
  /** @type {Set<string>} */
  #seen = new Set()

  /** @param {string[]} icons @param {Put} put */
  constructor(icons, put) {
    this.icons = icons
    this.put = put
  }

  /** @param {string} id @param {string} ending @param {boolean} required */
  copy(id, ending, required) {
    const name = id + ending
    if (this.#seen.has(name)) return
    this.#seen.add(name)
    const file = disk(id) + ending
    if (!fs.existsSync(file)) {
      if (required) throw new Error(`${name} is named but missing`)
      return
    }
    const isSheet = ending === '.wxss'
    const text = isSheet && isIconSheet(id) ? iconCss(this.icons) : fs.readFileSync(file, 'utf8')
    this.put(name, isSheet ? minifiedCss(text, name) : text)
    for (const spec of references[ending]?.(text) ?? []) {
      const extension = path.extname(spec) || ending
      const near = spec.startsWith('/') ? spec.slice(1) : path.posix.join(path.posix.dirname(id), spec)
      this.copy(near.slice(0, near.length - path.extname(spec).length), extension, true)
    }
  }
}

/**
 * The code: one graph with shared chunks, then each file as CommonJS, which is what WeChat loads.
 * @param {import('./project.mjs').Project} project @param {string} out @param {Put} put
 */
async function bundle({ components, subpackages }, out, put) {
  const entries = [...components.values()].map((it) => /** @type {const} */ ([it.id, it.script]))
  const libraries = path.join(disk('miniprogram_npm/tdesign-miniprogram'), 'miniprogram_npm')
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: Object.fromEntries([['app', path.join(src, 'app.ts')], ...entries]),
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: out,
    chunkNames: 'chunks/[hash]',
    target: 'es2018',
    minify: true,
    charset: 'utf8',
    write: false,
    metafile: true,
    absWorkingDir: root,
    nodePaths: [libraries],
    alias: { dayjs: path.join(libraries, 'dayjs') },
    define: { 'process.env.NODE_ENV': '"production"', __API_BASE__: JSON.stringify(API) },
    logLevel: 'warning',
  })
  for (const file of placed(outputFiles, metafile, out, subpackages)) {
    const options = /** @type {const} */ ({ format: 'cjs', minify: true, target: 'es2018', charset: 'utf8' })
    put(file.name, esbuild.transformSync(file.text, options).code)
  }
}

/** @param {string} out */
async function build(out) {
  const project = loadProject()
  const put = into(out)
  const copier = new Copier(usedIcons(project.components.values()), put)
  for (const { id, config, using } of project.components.values()) {
    copier.copy(id, '.wxml', true)
    copier.copy(id, '.wxss', false)
    const absolute = Object.fromEntries(Object.entries(using).map(([tag, target]) => [tag, `/${target}`]))
    put(`${id}.json`, JSON.stringify({ ...config, usingComponents: absolute }))
  }
  copier.copy('app', '.wxss', true)
  for (const name of ['app.json', project.app.themeLocation, project.app.sitemapLocation]) {
    if (name) put(name, JSON.stringify(readJson(path.join(src, name))))
  }
  const assets = path.join(src, 'assets')
  if (fs.existsSync(assets)) fs.cpSync(assets, path.join(out, 'assets'), { recursive: true })
  await bundle(project, out, put)
  const server = API || 'no server yet (KAIMEN_API is not set)'
  return `${project.pages.length} pages, ${project.components.size - project.pages.length} components, for ${server}`
}

await runTool('build-weapp', () => replaceFolder(path.join(root, 'dist'), build))
