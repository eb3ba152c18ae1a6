// Finds unknown tags: neither a component used by the file nor one of the simulator.
import fs from 'node:fs'
import path from 'node:path'
import { readJson, root } from './project.mjs'

const SYNTAX = ['block', 'slot', 'template', 'import', 'include', 'wxs']

/** @param {Map<string, import('./project.mjs').Component>} components */
export function unknownTags(components) {
  const builtIn = new Set([...SYNTAX, ...readJson(path.join(root, 'simulator/builtins/tags.json'))])
  return [...components.values()].flatMap(({ id, ours, base, using, config }) => {
    const wxml = fs.readFileSync(`${base}.wxml`, 'utf8').replace(/<!--.*?-->/gs, '')
    const tags = new Set([...wxml.matchAll(/<([a-z][\w-]*)/g)].map((hit) => hit[1] ?? ''))
    const generics = config.componentGenerics ?? {}
    const unknown = [...tags].filter((tag) => !(builtIn.has(tag) || tag in using || tag in generics))
    // a library may name in a branch what we never reach
    return ours ? unknown.map((tag) => `src/${id}.wxml: <${tag}> is no component of it and the simulator has none`) : []
  })
}
