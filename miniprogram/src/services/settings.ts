import { slot } from '../platform/storage'

export type Language = 'zh' | 'en'

/** The user's settings of this phone. */
export interface Settings {
  language: Language
  /** 长辈模式: larger text everywhere. */
  large: boolean
  /** Whether shaking the phone opens doors. */
  shake: boolean
}

const defaults: Settings = { language: 'zh', large: false, shake: true }
const stored = slot<Partial<Settings>>('device', 'settings', 1)
let current: Settings | undefined

/** The settings of this phone. They are kept when the account signs out. */
export const settings = {
  /** As they stand now. */
  current(): Settings {
    current ??= { ...defaults, ...stored.get() }
    return current
  },

  /** The class of a page's root: `<view class="page {{look}}">`. */
  look(): '' | 'large' {
    return settings.current().large ? 'large' : ''
  },

  /** Changes some settings and stores them. */
  change(part: Partial<Settings>): void {
    current = { ...settings.current(), ...part }
    stored.set(current)
  },
}
