import * as adapter from 'glass-easel-miniprogram-adapter'
import type { Entry, Project } from '../project'
import { SelectorQuery } from './query'
import type { Sheets } from './sheets'

type Definition = { behaviors?: unknown[] }

/** Names of WeChat's own behaviors; the framework knows none of them. */
const withoutNamed = <T extends Definition>(definition: T): T => ({
  ...definition,
  behaviors: definition.behaviors?.filter((behavior) => typeof behavior !== 'string'),
})

/** Defines components when a page first needs them, as WeChat does with `lazyCodeLoading`. */
export class Components {
  readonly space: adapter.CodeSpace
  #entries: Map<string, Entry>
  #templates: Project['templates']
  #defined = new Set<string>()

  constructor(env: adapter.MiniProgramEnv, project: Project, sheets: Sheets) {
    this.space = env.createCodeSpace('', true)
    this.#entries = new Map(project.components.map((entry) => [entry.id, entry]))
    this.#templates = project.templates
    sheets.add('app', project.styles.app ?? '')
    this.space.addStyleSheet('app', 'app')
    for (const { id, isPage, scope } of project.components) {
      const css = project.styles[id]
      if (css === undefined) continue
      sheets.add(id, css, isPage ? id : undefined)
      this.space.addStyleSheet(id, id, scope)
    }
    adapter.component.ComponentCaller.prototype.createSelectorQuery = function query() {
      return new SelectorQuery(this) as never
    }
  }

  entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (!entry) throw new Error(`"${id}" is not part of the mini-program`)
    return entry
  }

  /** Defines a component and all it uses. */
  define(id: string): void {
    if (this.#defined.has(id)) return
    this.#defined.add(id)
    const { config, run } = this.entry(id)
    for (const used of Object.values(config.usingComponents)) this.define(used.slice(1))
    const generics = Object.values((config.componentGenerics ?? {}) as Record<string, { default?: string } | true>)
    for (const generic of generics) if (generic !== true && generic.default) this.define(generic.default.slice(1))
    this.space.addComponentStaticConfig(id, config as never)
    this.space.addCompiledTemplate(id, { groupList: this.#templates, content: this.#templates[id] } as never)
    this.space.componentEnv(id, ({ Page, Component, Behavior }) => {
      const behavior = (definition: Definition) => Behavior(withoutNamed(definition) as never)
      Object.assign(globalThis, {
        Page: (definition: Definition) => Page(withoutNamed(definition) as never),
        Component: (definition: Definition) => Component(withoutNamed(definition) as never),
        Behavior: Object.assign(behavior, Behavior),
      })
      run()
    })
  }
}
