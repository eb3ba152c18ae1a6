import type { Theme, Themes } from './theme'

interface Sheet {
  element: HTMLStyleElement
  css: string
  /** The page it belongs to, if any. */
  page: string | undefined
}

const PREFERS = /\(prefers-color-scheme:\s*(light|dark)\)/g

/** Answers the question of a media query in its text. */
const themed = (css: string, theme: Theme) =>
  css.replace(PREFERS, (_, asked: Theme) => (asked === theme ? '(min-width: 0)' : '(max-width: 0)'))

/** Style sheets: each in the document once, and those of a page only while it is on top, as pages of WeChat share none. */
export class Sheets {
  #known = new Map<string, { css: string; page: string | undefined }>()
  #used = new Map<string, Sheet>()
  #themes: Themes
  #top = ''

  constructor(themes: Themes) {
    this.#themes = themes
    themes.onChange(() => {
      for (const sheet of this.#used.values()) {
        // a new text is a new sheet, which is switched on
        sheet.element.textContent = themed(sheet.css, themes.current)
        this.#switch(sheet)
      }
    })
  }

  add(name: string, css: string, page?: string): void {
    this.#known.set(name, { css, page })
  }

  use(name: string): void {
    const known = this.#known.get(name)
    if (!known || this.#used.has(name)) return
    const element = document.createElement('style')
    element.dataset.sheet = name
    element.textContent = themed(known.css, this.#themes.current)
    const sheet = { element, ...known }
    this.#used.set(name, sheet)
    document.head.append(element)
    this.#switch(sheet)
  }

  /** The page that is on top now. */
  show(page: string): void {
    this.#top = page
    for (const sheet of this.#used.values()) this.#switch(sheet)
  }

  #switch({ element, page }: Sheet): void {
    if (element.sheet) element.sheet.disabled = page !== undefined && page !== this.#top
  }
}
