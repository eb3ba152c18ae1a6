import { make } from './dom'

export type Light = 'ready' | 'reading' | 'granted' | 'denied'

/** The drawn door with the reader beside it. */
export class DoorPicture {
  readonly element: HTMLElement
  #scene = make('div', 'scene')
  #plate = make('div', 'scene-plate')

  constructor() {
    const leaf = make('div', 'leaf', make('i', 'leaf-window'), make('i', 'leaf-handle'))
    const doorway = make('div', 'doorway', make('div', 'room'), leaf)
    const reader = make('div', 'reader', make('i', 'reader-light'), make('i', 'reader-eye'))
    this.#scene.setAttribute('aria-hidden', 'true')
    this.#scene.append(this.#plate, doorway, reader, make('div', 'floor'))
    this.element = this.#scene
    this.light('ready')
  }

  name(name: string): void {
    this.#plate.textContent = name
  }

  light(light: Light): void {
    this.#scene.dataset.light = light
  }

  open(open: boolean): void {
    this.#scene.classList.toggle('scene--open', open)
  }
}
