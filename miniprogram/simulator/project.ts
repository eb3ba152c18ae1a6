/** What tools/build-web.mjs hands to the simulator. */

export interface WindowConfig {
  navigationBarTitleText?: string
  navigationBarBackgroundColor?: string
  navigationBarTextStyle?: string
  navigationStyle?: 'default' | 'custom'
  backgroundColor?: string
  enablePullDownRefresh?: boolean
  onReachBottomDistance?: number
}

export interface ComponentConfig extends WindowConfig {
  component: boolean
  usingComponents: Record<string, string>
  [key: string]: unknown
}

/** A page or a component. */
export interface Entry {
  /** `pages/home/index` */
  id: string
  isPage: boolean
  config: ComponentConfig
  /** The prefix of its classes; none when it shares the styles of the page. */
  scope?: string
  /** Runs its file, which calls Page() or Component(). */
  run: () => void
}

type Template = Record<string, unknown>

export interface Project {
  /** The first page is where the mini-program starts. */
  pages: string[]
  window: WindowConfig
  /** theme.json */
  themes: Partial<Record<'light' | 'dark', Record<string, string>>>
  /** CSS by id, and `app`. */
  styles: Record<string, string>
  templates: Record<string, Template>
  components: Entry[]
  /** Runs app.ts, which calls App(). */
  runApp: () => void
}
