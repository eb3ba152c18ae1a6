// WXML and WXS to JavaScript for the browser, by the compiler of WeChat's own component framework.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { disk } from './project.mjs'

/** @type {typeof import('glass-easel-template-compiler')} */
const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

// WXS is not JavaScript: `x.constructor` is the name of a type, getRegExp and getDate are built in.
const BUILT_IN = [
  'var getRegExp=function(p,f){return new RegExp(p,f)}',
  'getDate=function(){return new Date(...arguments)}',
  '__type=function(v){return v==null?v:Object.prototype.toString.call(v).slice(8,-1)};',
].join(',')

/** @param {string} code */
const fromWxs = (code) => BUILT_IN + code.replace(/([\w.\]]+)\.constructor\b/g, '__type($1)')

/** Compiles the templates of components and all they include. */
export class Templates {
  #group = new TmplGroup()
  /** @type {Set<string>} */
  #seen = new Set()
  /** Warnings and errors in our own files. @type {string[]} */
  problems = []

  /** @param {string} id */
  add(id) {
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    const file = `${disk(id)}.wxml`
    const found = this.#group.addTmpl(id, fs.readFileSync(file, 'utf8'))
    if (!id.startsWith('miniprogram_npm/')) {
      for (const it of found) {
        this.problems.push(`src/${id}.wxml:${it.startLine}:${it.startColumn}: ${it.message}`)
      }
    }
    for (const needed of this.#group.getDirectDependencies(id)) this.add(needed)
    for (const script of this.#group.getScriptDependencies(id)) this.#addScript(script)
    for (const name of this.#group.getInlineScriptModuleNames(id)) {
      this.#group.setInlineScript(id, name, fromWxs(this.#group.getInlineScript(id, name)))
    }
  }

  /** @param {string} id */
  #addScript(id) {
    const key = `${id}.wxs`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const code = fs.readFileSync(`${disk(id.replace(/\.wxs$/, ''))}.wxs`, 'utf8')
    this.#group.addScript(id, fromWxs(code))
    for (const [, spec = ''] of code.matchAll(/require\(['"]([^'"]+)['"]\)/g)) {
      this.#addScript(path.posix.join(path.posix.dirname(id), spec))
    }
  }

  /** A JavaScript expression: path to template. */
  code() {
    return this.#group.getTmplGenObjectGroups()
  }
}
