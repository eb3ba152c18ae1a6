import { settings } from '../services/settings'
import * as en from './en'
import * as zh from './zh'

/** The type of the Chinese dictionary; the English one must have the same keys. */
export type Dictionary = typeof zh
/** A part of the dictionary: one page or one theme. */
export type Section = keyof Dictionary

const dictionaries: { zh: Dictionary; en: Dictionary } = { zh, en }

/** A section in the current language: `this.setData({ t: texts('home') })` in onLoad and onShow. Plain JSON throughout. */
export function texts<S extends Section>(section: S): Dictionary[S] {
  return dictionaries[settings.current().language][section]
}

/** Puts values into a text: `fill('还剩 {n} 秒', { n: 3 })`. Missing values leave their placeholder. */
export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
