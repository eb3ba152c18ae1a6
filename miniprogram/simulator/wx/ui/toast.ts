import { element } from './dialog'

export interface Word {
  title: string
  icon?: 'success' | 'error' | 'loading' | 'none'
  duration?: number
  mask?: boolean
}

/** WeChat's toast: one at a time, with or without a loading icon. */
export class Toasts {
  #place = element('div', 'wx-toasts')
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    // there from the start, so that screen readers hear what comes into it
    this.#place.setAttribute('role', 'status')
    document.body.append(this.#place)
  }

  show({ title, icon = 'success', duration = 1500, mask = false }: Word, stays = false): void {
    clearTimeout(this.#timer)
    const toast = element('div', `wx-toast wx-toast--${icon}`)
    if (icon !== 'none') toast.append(element('i', 'wx-toast-icon'))
    toast.append(element('div', 'wx-toast-text', title))
    this.#place.classList.toggle('wx-toasts--mask', mask)
    this.#place.replaceChildren(toast)
    if (!stays) this.#timer = setTimeout(() => this.hide(), duration)
  }

  hide(): void {
    clearTimeout(this.#timer)
    this.#place.classList.remove('wx-toasts--mask')
    this.#place.replaceChildren()
  }
}
