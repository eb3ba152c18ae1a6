import type { Phone } from '../state'

export type Theme = 'light' | 'dark'

/** Light or dark: what the panel says, else what the browser prefers. */
export class Themes {
  #system = matchMedia('(prefers-color-scheme: dark)')
  #phone: Phone
  #listeners: ((theme: Theme) => void)[] = []
  #last: Theme

  constructor(phone: Phone) {
    this.#phone = phone
    this.#last = this.current
    this.#mark()
    this.#system.addEventListener('change', () => this.#changed())
    phone.on('state', () => this.#changed())
  }

  get current(): Theme {
    const { theme } = this.#phone.state
    if (theme !== 'system') return theme
    return this.#system.matches ? 'dark' : 'light'
  }

  onChange(listener: (theme: Theme) => void): void {
    this.#listeners.push(listener)
  }

  #changed(): void {
    if (this.current === this.#last) return
    this.#last = this.current
    this.#mark()
    for (const listener of this.#listeners) listener(this.current)
  }

  /** For the style sheet of the phone's own parts. */
  #mark(): void {
    document.documentElement.dataset.theme = this.current
    document.documentElement.style.colorScheme = this.current
  }
}
