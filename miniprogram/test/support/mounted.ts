type Options = Record<string, unknown> & {
  data?: object
  methods?: object
  properties?: Record<string, { value: unknown }>
}

/** A page or a component under test, without a node tree. */
export type Mounted = Record<string, unknown> & { data: Record<string, unknown> }

/** Loads a file and returns the page or component it defines. */
export async function mounted(load: () => Promise<unknown>): Promise<Mounted> {
  let given: Options = {}
  const take = (options: Options): void => {
    given = options
  }
  Object.assign(globalThis, { Page: take, Component: take, getCurrentPages: () => [] })
  await load()
  const defaults = Object.entries(given.properties ?? {}).map(([name, { value }]) => [name, value])
  const data: Record<string, unknown> = { ...Object.fromEntries(defaults), ...structuredClone(given.data ?? {}) }
  return {
    ...given,
    ...given.methods,
    data,
    setData(patch: object) {
      Object.assign(data, patch)
    },
    triggerEvent() {},
  }
}

/** Calls a method of a page or component. */
export function act(of: Mounted, method: string, ...given: unknown[]): unknown {
  return (of[method] as (...given: unknown[]) => unknown).apply(of, given)
}
