/** Stops a timer; no effect after it has run. */
export type Stop = () => void

/** Runs a function once after a delay. */
export function after(milliseconds: number, run: () => void): Stop {
  const timer = setTimeout(run, milliseconds)
  return () => clearTimeout(timer)
}

/** Runs a function periodically. */
export function every(milliseconds: number, run: () => void): Stop {
  const timer = setInterval(run, milliseconds)
  return () => clearInterval(timer)
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}

/** The value, or `late` if it takes longer. */
export function within<T, L>(milliseconds: number, value: Promise<T>, late: L): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const stop = after(milliseconds, () => resolve(late))
    value.then(
      (found) => {
        stop()
        resolve(found)
      },
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
}
