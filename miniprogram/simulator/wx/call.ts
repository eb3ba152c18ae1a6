/** The callback options of most `wx` functions. */
export interface Callbacks {
  success?: (result: never) => void
  fail?: (error: never) => void
  complete?: (result: never) => void
}

/** Why a call fails; `errMsg` begins with the name of the function. */
export class Refusal extends Error {
  readonly more: Record<string, unknown>

  constructor(message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.more = more
  }
}

const KEPT = 2000

/** Makes functions of `wx` that record every call. */
export class Calls {
  readonly made: SimCall[] = []

  record(name: string, options: unknown): void {
    this.made.push({ name, options: JSON.parse(JSON.stringify(options ?? {})) })
    if (this.made.length > KEPT) this.made.shift()
  }

  /** A function in WeChat's manner: it calls back or, when no callback is given, returns a promise. */
  define<O extends object>(name: string, run: (options: O) => unknown) {
    return (given?: O & Callbacks): Promise<unknown> | undefined => {
      const options = (given ?? {}) as O & Callbacks
      this.record(name, options)
      const { success, fail, complete } = options
      const done = this.#run(name, options, run)
      if (!success && !fail && !complete) return done
      done.then(
        (result) => {
          success?.(result as never)
          complete?.(result as never)
        },
        (error) => {
          fail?.(error as never)
          complete?.(error as never)
        },
      )
      return undefined
    }
  }

  /** One that only has to be there; what it was called with is recorded. */
  accept(name: string) {
    return this.define(name, () => ({}))
  }

  async #run<O>(name: string, options: O, run: (options: O) => unknown): Promise<unknown> {
    await Promise.resolve()
    try {
      return { errMsg: `${name}:ok`, ...((await run(options)) as object) }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const more = error instanceof Refusal ? error.more : {}
      throw Object.assign(new Error(message), { errMsg: `${name}:fail ${message}`, ...more })
    }
  }
}
