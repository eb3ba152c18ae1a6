/** Ends a subscription. */
export type Unsubscribe = () => void

/** A list of listeners. */
export interface Emitter<T> {
  on(listener: (value: T) => void): Unsubscribe
  emit(value: T): void
}

/** A listener that unsubscribes while others are called is not called any more. */
export function emitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    on(listener) {
      const own = (value: T): void => listener(value)
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
    emit(value) {
      for (const listener of [...listeners]) if (listeners.has(listener)) listener(value)
    },
  }
}
