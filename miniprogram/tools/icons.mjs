// <t-icon> of TDesign downloads a font of 2,000 glyphs. Its style sheet is replaced by one that holds, as masks, the
// icons in use and no others.
//
// In use are: names in the attributes `name` of <t-icon> and `icon`, `…-icon` of any tag, literals within {{ }}
// included; names after `icon:` or `…Icon:` in TypeScript; and what the library's own components name.
import fs from 'node:fs'
import path from 'node:path'
import { readJson, root, src } from './project.mjs'

/** @typedef {import('./project.mjs').Component} Component */

/** @type {Record<string, { body: string }>} */
const drawings = readJson(path.join(root, 'node_modules/@iconify-json/tdesign/icons.json')).icons

const SHEET = 'miniprogram_npm/tdesign-miniprogram/icon/icon'

/** True for the component whose style sheet is replaced. @param {string} id */
export const isIconSheet = (id) => id === SHEET

/** @param {string} value */
function literals(value) {
  const inner = value.match(/^\{\{(.*)\}\}$/s)?.[1]
  return inner === undefined ? [value] : [...inner.matchAll(/'([a-z][a-z0-9-]*)'/g)].map((hit) => hit[1] ?? '')
}

/** @param {string} wxml */
function inWxml(wxml) {
  const names = []
  for (const [, tag, attributes = ''] of wxml.matchAll(/<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/g)) {
    for (const [, name = '', value = ''] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      const isIcon = /(^|-)icon$/.test(name) || (tag === 't-icon' && name === 'name')
      if (isIcon) names.push(...literals(value))
    }
  }
  return names.filter((name) => name !== '' && name !== 'slot')
}

/** @param {string} code */
const inCode = (code) => [...code.matchAll(/\b(?:icon|\w+Icon):\s*'([a-z][a-z0-9-]*)'/g)].map((hit) => hit[1] ?? '')

/** @param {string} folder @param {string} ending */
function filesOf(folder, ending) {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith(ending)).map((name) => path.join(folder, name))
}

/** What the library's component names: any quoted icon in its files. @param {Component} component */
function inLibrary(component) {
  const folder = path.dirname(component.base)
  const files = fs.readdirSync(folder).filter((name) => /\.(wxml|wxs|js)$/.test(name))
  const text = files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n')
  const quoted = [...text.matchAll(/["'`]([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["'`]/g)].map((hit) => hit[1] ?? '')
  // one word may mean anything; these are what single words mean there
  const words = new Set(['close', 'loading', 'search', 'add', 'remove', 'check', 'time', 'circle', 'rectangle'])
  return quoted.filter((name) => name in drawings && (name.includes('-') || words.has(name)))
}

/** The names of the icons in use. @param {Iterable<Component>} components */
export function usedIcons(components) {
  const used = new Set()
  for (const file of filesOf(src, '.wxml')) {
    for (const name of inWxml(fs.readFileSync(file, 'utf8'))) {
      if (!(name in drawings)) throw new Error(`${path.relative(root, file)}: TDesign has no icon "${name}"`)
      used.add(name)
    }
  }
  for (const file of filesOf(src, '.ts')) {
    for (const name of inCode(fs.readFileSync(file, 'utf8'))) if (name in drawings) used.add(name)
  }
  for (const component of components) {
    if (!component.ours && component.id !== SHEET) for (const name of inLibrary(component)) used.add(name)
  }
  return [...used].sort()
}

/** @param {string} body */
function mask(body) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${body.replaceAll('currentColor', '#000')}</svg>`
  const safe = svg.replaceAll('"', "'").replace(/[<>#%{}]/g, (char) => encodeURIComponent(char))
  return `url("data:image/svg+xml,${safe}")`
}

/** The style sheet that takes the place of TDesign's. @param {string[]} names */
export function iconCss(names) {
  const head = [
    '.t-icon--image{width:100%;height:100%}',
    '.t-icon__image{vertical-align:top;width:100%;height:100%}',
    '.t-icon-base{display:block;font-style:normal;line-height:1}',
    ".t-icon-base::before{content:'';display:block;width:1em;height:1em;background:currentColor;",
    '-webkit-mask:var(--icon) center/100% no-repeat;mask:var(--icon) center/100% no-repeat}',
  ]
  const icons = names.map((name) => `.t-icon-${name}{--icon:${mask(drawings[name]?.body ?? '')}}`)
  return [...head, ...icons].join('')
}
