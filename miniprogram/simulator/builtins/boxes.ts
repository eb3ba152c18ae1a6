import { type BuiltIn, idOf, reflect } from './define'
import { hover, hoverProperties } from './hover'

const view: BuiltIn = {
  properties: { ...hoverProperties, animation: null },
  created(element) {
    hover(this, element)
  },
}

const label: BuiltIn = {
  properties: { for: String },
  observers: {
    for(id: string) {
      reflect(this.$$, 'for', idOf(this, id))
    },
  },
}

/** Text only: what a tag would do is left out. */
const richText: BuiltIn = {
  properties: { nodes: null, space: String, userSelect: null },
  observers: {
    nodes(nodes: unknown) {
      const parsed = new DOMParser().parseFromString(typeof nodes === 'string' ? nodes : '', 'text/html')
      this.$$.textContent = parsed.body.textContent
    },
  },
}

/** Tags that are little more than an element. */
export const boxes: Record<string, BuiltIn> = {
  view,
  label,
  'cover-view': view,
  text: { properties: { userSelect: null, selectable: null, space: String, decode: null } },
  canvas: { properties: { type: String, canvasId: String, disableScroll: null } },
  'root-portal': { properties: { enable: null } },
  'page-meta': { properties: { pageStyle: String, rootFontSize: String, rootBackgroundColor: String } },
  'rich-text': richText,
}
