import * as adapter from 'glass-easel-miniprogram-adapter'
import { installBuiltins } from './builtins'
import { createSim } from './control'
import type { Project } from './project'
import { Backend } from './runtime/backend'
import { Components } from './runtime/components'
import { installKeyboard } from './runtime/keyboard'
import { Lifecycle } from './runtime/lifecycle'
import { Meter } from './runtime/meter'
import { Navbar } from './runtime/navbar'
import { Pages } from './runtime/pages'
import { Sheets } from './runtime/sheets'
import { Themes } from './runtime/theme'
import { installWarnings } from './runtime/warnings'
import { Phone } from './state'
import { createWx } from './wx'

/** Starts the mini-program in this window. */
export function boot(project: Project): void {
  const host = document.getElementById('wx-pages')
  if (!host) throw new Error('the page has no #wx-pages')
  const phone = new Phone()
  const themes = new Themes(phone)
  const sheets = new Sheets(themes)
  // `wx.pageScrollTo`, tests and people with developer tools find elements by their id
  adapter.glassEasel.globalOptions.writeIdToDOM = true
  const env = new adapter.MiniProgramEnv()
  const components = new Components(env, project, sheets)
  const backend = env.associateBackend(new Backend(sheets))
  const pages = new Pages({ project, components, backend, sheets, phone, host })
  pages.navbar = new Navbar(document.body, project, themes, () => pages.navigateBack())
  const lifecycle = new Lifecycle(pages)
  const { wx, calls, signals, openType, navigate } = createWx({ phone, pages, themes, lifecycle })
  const meter = new Meter()

  Object.assign(globalThis, {
    wx,
    App: lifecycle.define,
    getApp: () => lifecycle.app,
    getCurrentPages: () => pages.callers,
  })
  installBuiltins(components.space.getComponentSpace(), { openType, navigate })
  installKeyboard()
  installWarnings()
  meter.install()
  window.__sim = createSim({ phone, pages, lifecycle, meter, calls, signals })
  project.runApp()
  const wanted = location.hash.slice(2)
  lifecycle.launch(wanted || project.pages[0] || '')
}
