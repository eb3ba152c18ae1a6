// src/ and simulator/ to dist-web/: the mini-program as it is, run in a browser by WeChat's own component framework
// behind the simulator; and the desktop page around it. The server serves the folder at /app.
import fs from 'node:fs'
import path from 'node:path'
import esbuild from 'esbuild'
import { runTool } from './cli.mjs'
import { iconCss, isIconSheet, usedIcons } from './icons.mjs'
import { disk, loadProject, readJson, root, src } from './project.mjs'
import { replaceFolder } from './swap.mjs'
import { unknownTags } from './tags.mjs'
import { Templates } from './wxml.mjs'
import { compileWxss } from './wxss.mjs'

/** @typedef {import('./project.mjs').Component} Component */

const simulator = path.join(root, 'simulator')

/** @param {Component} component */
const isolationOf = ({ config, isPage }) =>
  config.styleIsolation ?? (isPage ? 'shared' : config.addGlobalClass ? 'apply-shared' : 'isolated')

/** True when the classes of a component are the page's own. @param {string} isolation */
const isShared = (isolation) => isolation === 'shared' || isolation === 'page-shared'

/** @param {Component} component @param {string} isolation */
const configOf = ({ config, isPage, using }, isolation) => ({
  ...config,
  component: !isPage,
  styleIsolation: isolation,
  usingComponents: Object.fromEntries(Object.entries(using).map(([tag, id]) => [tag, `/${id}`])),
})

/** The program that starts the simulator with the mini-program. */
function entry() {
  const { app, pages, components } = loadProject()
  const icons = usedIcons(components.values())
  const templates = new Templates()
  const styles = { app: compileWxss(path.join(src, 'app.wxss')) }
  const entries = [...components.values()].map((component, index) => {
    const { id, base, script, isPage } = component
    templates.add(id)
    const isolation = isolationOf(component)
    const scope = isShared(isolation) ? undefined : `s${index.toString(36)}`
    if (fs.existsSync(`${base}.wxss`)) {
      const text = isIconSheet(id) ? iconCss(icons) : undefined
      Object.assign(styles, { [id]: compileWxss(`${base}.wxss`, { scope, text }) })
    }
    const known = JSON.stringify({ id, isPage, scope, config: configOf(component, isolation) })
    return `{ ...${known}, run: () => require(${JSON.stringify(script)}) }`
  })
  const problems = [...templates.problems, ...unknownTags(components)]
  if (problems.length > 0) throw new Error(`\n${problems.join('\n')}`)
  const themes = app.themeLocation ? readJson(path.join(src, app.themeLocation)) : {}
  return `
    import { boot } from ${JSON.stringify(path.join(simulator, 'boot.ts'))}
    boot({
      pages: ${JSON.stringify(pages)},
      window: ${JSON.stringify(app.window ?? {})},
      themes: ${JSON.stringify(themes)},
      styles: ${JSON.stringify(styles)},
      templates: ${templates.code()},
      components: [${entries.join(',')}],
      runApp: () => require(${JSON.stringify(path.join(src, 'app.ts'))}),
    })`
}

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: 'es2022',
  absWorkingDir: root,
  logLevel: 'warning',
  legalComments: 'none',
}

/** @param {string} out */
async function build(out) {
  const libraries = path.join(disk('miniprogram_npm/tdesign-miniprogram'), 'miniprogram_npm')
  const phone = esbuild.build({
    ...common,
    stdin: { contents: entry(), resolveDir: root, loader: 'js' },
    outfile: path.join(out, 'phone.js'),
    format: 'iife',
    nodePaths: [libraries],
    alias: { dayjs: path.join(libraries, 'dayjs') },
    define: { 'process.env.NODE_ENV': '"production"', __API_BASE__: '""' },
  })
  const around = esbuild.build({
    ...common,
    outdir: out,
    entryPoints: [
      path.join(simulator, 'panel/panel.ts'),
      path.join(simulator, 'panel/panel.css'),
      path.join(simulator, 'phone.css'),
    ],
    entryNames: '[name]',
    chunkNames: 'panel-[hash]',
    format: 'esm',
    splitting: true,
    external: ['/app/*'],
  })
  await Promise.all([phone, around])
  for (const name of ['index.html', 'phone.html', 'icon.svg']) {
    fs.copyFileSync(path.join(simulator, name), path.join(out, name))
  }
  const size = fs.statSync(path.join(out, 'phone.js')).size
  return `phone.js ${Math.round(size / 1024)} KiB`
}

await runTool('build-web', () => replaceFolder(path.join(root, 'dist-web'), build))
