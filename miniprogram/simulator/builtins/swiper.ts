import { type BuiltIn, reflect } from './define'

/** Pages beside each other; a finger or `current` moves from one to the next. */
export const swiper: BuiltIn = {
  properties: {
    current: { type: Number, value: 0 },
    vertical: null,
    autoplay: null,
    interval: Number,
    duration: Number,
    circular: null,
    indicatorDots: null,
    indicatorColor: String,
    indicatorActiveColor: String,
    displayMultipleItems: Number,
    previousMargin: String,
    nextMargin: String,
    snapToEdge: null,
    easingFunction: String,
  },
  observers: {
    current(current: number) {
      requestAnimationFrame(() => this.$$.children[current]?.scrollIntoView({ block: 'nearest', inline: 'start' }))
    },
    vertical(on: unknown) {
      reflect(this.$$, 'vertical', Boolean(on))
    },
  },
  created(element) {
    let shown = 0
    const tell = (event: Event) => {
      event.stopImmediatePropagation()
      const current = Math.round(element.scrollLeft / Math.max(1, element.clientWidth))
      if (current === shown) return
      shown = current
      this.triggerEvent('change', { current, currentItemId: '', source: 'touch' }, {})
    }
    element.tabIndex = 0
    element.addEventListener('scroll', tell, { capture: true })
  },
}

export const swiperItem: BuiltIn = { properties: { itemId: String, skipHiddenItemLayout: null } }
