import { Emitter } from '../emitter'
import type { Pages } from './pages'

interface AppDefinition {
  onLaunch?: (options: LaunchOptions) => void
  onShow?: (options: LaunchOptions) => void
  onHide?: () => void
  [key: string]: unknown
}

interface LaunchOptions {
  path: string
  query: Record<string, string>
  scene: number
}

/** The lifecycle of the mini-program: launched once; hidden and shown with the window. */
export class Lifecycle extends Emitter<{ show: LaunchOptions; hide: undefined }> {
  #app: AppDefinition = {}
  #pages: Pages
  #hidden = false
  #launched: LaunchOptions = { path: '', query: {}, scene: 1001 }

  constructor(pages: Pages) {
    super()
    this.#pages = pages
    document.addEventListener('visibilitychange', () => this.setHidden(document.hidden))
  }

  get app(): AppDefinition {
    return this.#app
  }

  get launched(): LaunchOptions {
    return this.#launched
  }

  /** WeChat's App(). */
  readonly define = (definition: AppDefinition): void => {
    this.#app = definition
  }

  /** Starts at a page, with its query. */
  launch(url: string): void {
    const [path = '', query = ''] = url.split('?')
    this.#launched = { path, query: Object.fromEntries(new URLSearchParams(query)), scene: 1001 }
    this.#app.onLaunch?.(this.#launched)
    this.#app.onShow?.(this.#launched)
    // onLaunch may have gone elsewhere
    if (!this.#pages.top) this.#pages.reLaunch(`/${url}`)
  }

  setHidden(hidden: boolean): void {
    if (hidden === this.#hidden) return
    this.#hidden = hidden
    if (hidden) {
      this.#pages.background(true)
      this.#app.onHide?.()
      this.emit('hide', undefined)
    } else {
      this.#app.onShow?.(this.#launched)
      this.emit('show', this.#launched)
      this.#pages.background(false)
    }
  }
}
