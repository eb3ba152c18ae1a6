import type { Project, WindowConfig } from '../project'
import type { Themes } from './theme'

export interface NavbarView {
  title: string
  config: WindowConfig
  canGoBack: boolean
}

/** WeChat's bar above every page: back, title, and the capsule that every mini-program has. */
export class Navbar {
  #bar = document.createElement('header')
  #back = document.createElement('button')
  #title = document.createElement('div')
  #view: NavbarView | undefined
  #themes: Themes
  #project: Project

  constructor(parent: HTMLElement, project: Project, themes: Themes, goBack: () => void) {
    this.#themes = themes
    this.#project = project
    this.#bar.id = 'wx-nav'
    this.#back.className = 'wx-back'
    this.#back.type = 'button'
    this.#back.setAttribute('aria-label', '返回')
    this.#back.addEventListener('click', goBack)
    this.#title.className = 'wx-title'
    const capsule = document.createElement('div')
    capsule.className = 'wx-capsule'
    capsule.setAttribute('aria-hidden', 'true')
    capsule.append(document.createElement('i'), document.createElement('i'))
    this.#bar.append(this.#back, this.#title, capsule)
    parent.prepend(this.#bar)
    themes.onChange(() => this.#paint())
  }

  show(view: NavbarView): void {
    this.#view = view
    this.#paint()
  }

  /** A colour of app.json, looked up in theme.json when it begins with @. */
  themed(value: string | undefined): string | undefined {
    if (!value?.startsWith('@')) return value
    return this.#project.themes[this.#themes.current]?.[value.slice(1)]
  }

  #paint(): void {
    if (!this.#view) return
    const { title, config, canGoBack } = this.#view
    const custom = config.navigationStyle === 'custom'
    this.#bar.classList.toggle('wx-nav--custom', custom)
    document.documentElement.style.setProperty('--wx-nav', custom ? '0px' : '44px')
    this.#bar.style.background = custom ? 'none' : (this.themed(config.navigationBarBackgroundColor) ?? '#fff')
    this.#bar.style.color = this.themed(config.navigationBarTextStyle) === 'white' ? '#fff' : '#000'
    document.body.style.background = this.themed(config.backgroundColor) ?? ''
    this.#back.hidden = !canGoBack || custom
    this.#title.textContent = custom ? '' : title
    document.title = title
  }
}
