// Where shared code lies: a chunk that only one subpackage uses goes into it, all others into the main package.
import path from 'node:path'

/**
 * @param {import('esbuild').OutputFile[]} files
 * @param {import('esbuild').Metafile} metafile
 * @param {string} out
 * @param {import('./project.mjs').Subpackage[]} subpackages
 * @returns {{ name: string, text: string }[]} Names within `out`; imports lead to the new places.
 */
export function placed(files, metafile, out, subpackages) {
  /** @param {string} output */
  const within = (output) => path.relative(out, path.resolve(path.dirname(out), output))
  /** The subpackage of a file, or '' for the main package. @param {string} name */
  const packageOf = (name) => subpackages.find((it) => name.startsWith(`${it.root}/`))?.root ?? ''

  const outputs = Object.entries(metafile.outputs)
  const imports = new Map(outputs.map(([name, it]) => [within(name), it.imports.map((one) => within(one.path))]))
  /** @type {Map<string, Set<string>>} */
  const users = new Map()
  /** @param {string} name @param {string} user */
  const mark = (name, user) => {
    const known = users.get(name) ?? new Set()
    if (known.has(user)) return
    users.set(name, known.add(user))
    for (const needed of imports.get(name) ?? []) mark(needed, user)
  }
  for (const [name, it] of outputs) if (it.entryPoint) mark(within(name), packageOf(within(name)))

  /** @param {string} name */
  const place = (name) => {
    const [only, more] = users.get(name) ?? []
    return name.startsWith('chunks/') && only && more === undefined ? path.join(only, name) : name
  }
  /** How a file writes that it imports another. @param {string} from @param {string} to */
  const spec = (from, to) => {
    const relative = path.relative(path.dirname(from), to)
    return relative.startsWith('.') ? relative : `./${relative}`
  }
  return files.map((file) => {
    const name = path.relative(out, file.path)
    let { text } = file
    for (const needed of imports.get(name) ?? []) {
      text = text.replaceAll(`"${spec(name, needed)}"`, `"${spec(place(name), place(needed))}"`)
    }
    return { name: place(name), text }
  })
}
