import type * as adapter from 'glass-easel-miniprogram-adapter'

/** As free as the fields of WeChat's own query. */
type Found = Record<string, unknown>
type Fields = {
  id?: boolean
  dataset?: boolean
  rect?: boolean
  size?: boolean
  scrollOffset?: boolean
  node?: boolean
  properties?: string[]
  computedStyle?: string[]
}
type Caller = Pick<adapter.component.GeneralComponent, '_$'>
type Node = { $$: unknown; id?: string; dataset?: Record<string, unknown>; data?: Record<string, unknown> }

function read(node: Node, fields: Fields): Found {
  const dom = node.$$ as HTMLElement
  const box = dom.getBoundingClientRect()
  // as WeChat: from the top of the page's window, below the navigation bar
  const pages = document.getElementById('wx-pages')?.getBoundingClientRect()
  const [left, top] = [box.left - (pages?.left ?? 0), box.top - (pages?.top ?? 0)]
  const found: Found = {}
  if (fields.id) found.id = node.id ?? ''
  if (fields.dataset) found.dataset = node.dataset ?? {}
  if (fields.rect) Object.assign(found, { left, top, right: left + box.width, bottom: top + box.height })
  if (fields.size) Object.assign(found, { width: box.width, height: box.height })
  if (fields.scrollOffset) {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = dom
    Object.assign(found, { scrollLeft, scrollTop, scrollWidth, scrollHeight })
  }
  if (fields.node) found.node = dom
  for (const name of fields.properties ?? []) found[name] = node.data?.[name]
  const style = fields.computedStyle ? getComputedStyle(dom) : undefined
  for (const name of fields.computedStyle ?? []) found[name] = style?.getPropertyValue(name) || style?.[name as never]
  return found
}

/**
 * wx.createSelectorQuery: the framework's own has neither `node` nor `computedStyle`, so this one answers from the DOM.
 */
export class SelectorQuery {
  #asked: (() => Found | Found[] | null)[] = []
  #callbacks: (((result: never) => void) | undefined)[] = []
  #component: Caller | undefined

  constructor(component: Caller | undefined) {
    this.#component = component
  }

  in(component: Caller): this {
    this.#component = component
    return this
  }

  select(selector: string) {
    return this.#reference((fields) => {
      const [first] = this.#find(selector)
      return first ? read(first, fields) : null
    })
  }

  selectAll(selector: string) {
    return this.#reference((fields) => this.#find(selector).map((node) => read(node, fields)))
  }

  selectViewport() {
    return this.#reference((fields) => {
      const page = document.querySelector('.wx-page:not([hidden])') ?? document.documentElement
      return read({ $$: page }, fields)
    })
  }

  exec(done?: (results: (Found | Found[] | null)[]) => void): this {
    const [asked, callbacks] = [this.#asked, this.#callbacks]
    requestAnimationFrame(() => {
      const results = asked.map((ask) => ask())
      callbacks.forEach((callback, index) => {
        callback?.(results[index] as never)
      })
      done?.(results)
    })
    return this
  }

  #find(selector: string): Node[] {
    // a selector across components: each part within the shadow of the one before
    let nodes: Node[] = []
    selector.split('>>>').forEach((part, index) => {
      const owners = index === 0 ? [this.#component?._$] : (nodes as unknown as Caller['_$'][])
      nodes = owners.flatMap((owner) => (owner?.getShadowRoot()?.querySelectorAll(part.trim()) ?? []) as Node[])
    })
    return nodes
  }

  #reference(answer: (fields: Fields) => Found | Found[] | null) {
    const ask = (fields: Fields, callback?: (result: never) => void): this => {
      this.#asked.push(() => answer(fields))
      this.#callbacks.push(callback)
      return this
    }
    return {
      fields: ask,
      boundingClientRect: (callback?: (result: never) => void) =>
        ask({ id: true, dataset: true, rect: true, size: true }, callback),
      scrollOffset: (callback?: (result: never) => void) => ask({ id: true, scrollOffset: true }, callback),
      node: (callback?: (result: never) => void) => ask({ node: true }, callback),
    }
  }
}
