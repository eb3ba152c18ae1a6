// WXSS to CSS for the browser: imports inlined, rpx to vw, classes of a component scoped, `page` and :host mapped.
import fs from 'node:fs'
import path from 'node:path'
import postcss from 'postcss'
import { disk, root } from './project.mjs'

const IMPORT = /@import\s+(?:url\()?['"]([^'"]+)['"]\)?\s*;?/g

/** The file an `@import` of another file means. @param {string} spec @param {string} from */
export function imported(spec, from) {
  const id = spec.replace(/^\.?\//, '')
  return id.startsWith('miniprogram_npm/')
    ? `${disk(id.replace(/\.wxss$/, ''))}.wxss`
    : path.resolve(path.dirname(from), spec)
}

/** What a style sheet imports. @param {string} text */
export const importsOf = (text) => [...text.matchAll(IMPORT)].map((hit) => hit[1] ?? '')

/** A style sheet with its imports in their places, each once. @param {string} file @param {Set<string>} seen @returns {string} */
function inlined(file, seen = new Set()) {
  if (seen.has(file)) return ''
  seen.add(file)
  return fs.readFileSync(file, 'utf8').replace(IMPORT, (_, /** @type {string} */ spec) => {
    const target = imported(spec, file)
    if (!fs.existsSync(target)) throw new Error(`${path.relative(root, file)}: @import "${spec}" finds nothing`)
    return inlined(target, seen)
  })
}

/** rpx as parts of the width; vh as parts of what is left below the bar. @param {string} value */
const inVw = (value) =>
  value
    .replace(/(-?\d*\.?\d+)rpx\b/g, (_, n) => `${+(Number(n) / 7.5).toFixed(4)}vw`)
    .replace(/(-?\d*\.?\d+)vh\b/g, (_, n) => `calc(${n} * var(--wx-vh))`)

/** @param {string} selector @param {string | undefined} scope */
function scoped(selector, scope) {
  let out = selector.replace(/:host(?:\(([^)]*)\))?/g, (_, inner = '') => `[wx-host="${scope}"]${inner}`)
  if (scope) out = out.replace(/\.(-?[_a-zA-Z][\w-]*)/g, (_, name) => `.${scope}--${name}`)
  return out.replace(/(^|[\s>+~])page(?=$|[\s.:#[>+~])/g, '$1.wx-page')
}

/** @param {import('postcss').Rule} rule */
const isKeyframe = (rule) => {
  const parent = /** @type {import('postcss').AtRule | undefined} */ (rule.parent)
  return parent?.type === 'atrule' && parent.name.endsWith('keyframes')
}

/**
 * @param {string} file
 * @param {{ scope?: string | undefined, text?: string | undefined }} [how] `text` in place of what the file holds.
 */
export function compileWxss(file, { scope, text } = {}) {
  const css = postcss.parse(text ?? inlined(file), { from: file })
  css.walkDecls((declaration) => {
    declaration.value = inVw(declaration.value)
  })
  css.walkAtRules('font-face', (rule) => {
    // no request may leave for another host
    if (/https?:/.test(rule.toString())) rule.remove()
  })
  css.walkRules((rule) => {
    if (!isKeyframe(rule)) rule.selectors = rule.selectors.map((selector) => scoped(selector, scope))
  })
  return css.toString()
}
