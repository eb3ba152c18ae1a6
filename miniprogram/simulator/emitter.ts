/** Listeners by the name of what they wait for. */
export class Emitter<Events> {
  #listeners = new Map<keyof Events, Set<(value: never) => void>>()

  /** Returns how to stop listening. */
  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): () => void {
    const known = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, known.add(listener))
    return () => this.off(event, listener)
  }

  /** Without a listener, removes all listeners, as in WeChat. */
  off<K extends keyof Events>(event: K, listener?: (value: Events[K]) => void): void {
    if (listener) this.#listeners.get(event)?.delete(listener)
    else this.#listeners.delete(event)
  }

  emit<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) (listener as (value: Events[K]) => void)(value)
  }
}
