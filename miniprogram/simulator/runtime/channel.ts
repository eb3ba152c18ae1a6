type Listener = (...values: unknown[]) => void

/** Between a page and the one that opened it. */
export class EventChannel {
  #listeners = new Map<string, Set<Listener>>()

  on(event: string, listener: Listener): void {
    const known = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, known.add(listener))
  }

  once(event: string, listener: Listener): void {
    const first: Listener = (...values) => {
      this.off(event, first)
      listener(...values)
    }
    this.on(event, first)
  }

  off(event: string, listener?: Listener): void {
    if (listener) this.#listeners.get(event)?.delete(listener)
    else this.#listeners.delete(event)
  }

  emit(event: string, ...values: unknown[]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...values)
  }
}
