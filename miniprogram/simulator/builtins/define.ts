import { isPressable } from '../runtime/keyboard'

/** A built-in component while it lives. */
export interface Host {
  /** Its element. */
  $$: HTMLElement
  data: Readonly<Record<string, unknown>>
  triggerEvent(name: string, detail: unknown, options: { bubbles?: boolean; composed?: boolean }): void
  ownerShadowRoot: { getHostNode(): { _$idPrefix: string } } | null
  classList: { toggle(name: string, force: boolean): void } | null
}

type Kind = typeof String | typeof Number | typeof Boolean | null
/** `null` takes any value. */
export type Properties = Record<string, Kind | { type: Kind; value: unknown }>

export interface BuiltIn {
  properties?: Properties
  /** What to do when properties change: `'a, b'` is called with both. */
  observers?: Record<string, (this: Host, ...values: never[]) => void>
  created?: (this: Host, element: HTMLElement) => void
}

/** What this needs of the framework's builder, whose own types follow every property. */
interface Builder {
  property(name: string, definition: unknown): Builder
  observer(fields: string[], observer: unknown): Builder
  lifetime(name: string, handler: (this: Host) => void): Builder
  registerComponent(): unknown
}

export interface Space {
  define(name: string): Builder
  setGlobalUsingComponent(tag: string, component: unknown): void
}

const ARIA = [
  'ariaRole',
  'ariaLabel',
  'ariaHidden',
  'ariaLabelledby',
  'ariaDescribedby',
  'ariaLive',
  'ariaBusy',
  'ariaChecked',
  'ariaCurrent',
  'ariaDisabled',
  'ariaExpanded',
  'ariaHaspopup',
  'ariaInvalid',
  'ariaModal',
  'ariaPressed',
  'ariaRequired',
  'ariaRoledescription',
  'ariaSelected',
  'ariaLevel',
  'ariaValuemax',
  'ariaValuemin',
  'ariaValuenow',
  'ariaValuetext',
]

/** True and false are words to these; other attributes are left out when false. */
const TWO_WORDS = ['aria-checked', 'aria-pressed', 'aria-selected', 'aria-expanded']

export function reflect(element: HTMLElement, name: string, value: unknown): void {
  const isNothing = value === undefined || value === null || value === '' || value === 'undefined'
  if (isNothing || (value === false && !TWO_WORDS.includes(name))) element.removeAttribute(name)
  else element.setAttribute(name, String(value))
}

/** Ids are apart for each component: one that is named in a template means one of that template. */
export function idOf(host: Host, name: unknown): unknown {
  const prefix = host.ownerShadowRoot?.getHostNode()._$idPrefix
  return typeof name === 'string' && name && prefix ? `${prefix}--${name}` : name
}

const NAMING = ['ariaLabelledby', 'ariaDescribedby']

function reflectAria(host: Host, property: string, value: unknown): void {
  const element = host.$$
  if (property !== 'ariaRole') {
    const meant = NAMING.includes(property) ? idOf(host, value) : value
    reflect(element, `aria-${property.slice(4).toLowerCase()}`, meant)
    return
  }
  reflect(element, 'role', value)
  if (element.matches('button, input, textarea')) return
  if (isPressable(String(value))) element.tabIndex = 0
  else element.removeAttribute('tabindex')
}

const definitionOf = (kind: Properties[string]) => {
  if (kind === null) return { type: null, value: undefined }
  return typeof kind === 'function' ? { type: kind } : kind
}

/** Makes a tag known to all templates. */
export function define(space: Space, tag: string, { properties = {}, observers = {}, created }: BuiltIn): void {
  let builder = space.define(`wx/${tag}`)
  for (const name of ARIA) builder = builder.property(name, definitionOf(null))
  for (const [name, kind] of Object.entries(properties)) builder = builder.property(name, definitionOf(kind))
  for (const name of ARIA) {
    builder = builder.observer([name], function changed(this: Host, value: unknown) {
      reflectAria(this, name, value)
    })
  }
  for (const [names, observer] of Object.entries(observers)) {
    builder = builder.observer(
      names.split(',').map((name) => name.trim()),
      observer,
    )
  }
  builder = builder.lifetime('created', function begin() {
    created?.call(this, this.$$)
  })
  space.setGlobalUsingComponent(tag, builder.registerComponent())
}
