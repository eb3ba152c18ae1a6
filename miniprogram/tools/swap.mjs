// Builds go into a folder beside the old one and take its place when they are whole, so that a server or another tool
// never sees half of one, nor none.
import fs from 'node:fs'

/**
 * @template T
 * @param {string} target
 * @param {(folder: string) => Promise<T>} build Fills the folder it is given.
 * @returns {Promise<T>}
 */
export async function replaceFolder(target, build) {
  const fresh = `${target}.new-${process.pid}`
  const old = `${target}.old-${process.pid}`
  fs.mkdirSync(fresh, { recursive: true })
  try {
    const done = await build(fresh)
    if (fs.existsSync(target)) fs.renameSync(target, old)
    fs.renameSync(fresh, target)
    return done
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true })
    fs.rmSync(old, { recursive: true, force: true })
  }
}
