import { type BuiltIn, reflect } from './define'

export const scrollView: BuiltIn = {
  properties: {
    scrollX: null,
    scrollY: null,
    scrollTop: null,
    scrollLeft: null,
    scrollIntoView: String,
    upperThreshold: { type: Number, value: 50 },
    lowerThreshold: { type: Number, value: 50 },
    enhanced: null,
    showScrollbar: null,
    enableFlex: null,
    enableBackToTop: null,
    enablePassive: null,
    scrollWithAnimation: null,
    scrollAnchoring: null,
    type: String,
    bounces: null,
    fastDeceleration: null,
    pagingEnabled: null,
    throttle: null,
    usingSticky: null,
    refresherEnabled: null,
    refresherTriggered: null,
    refresherThreshold: Number,
    refresherDefaultStyle: String,
    refresherBackground: String,
  },
  observers: {
    scrollX(on: unknown) {
      reflect(this.$$, 'scroll-x', Boolean(on))
    },
    scrollY(on: unknown) {
      reflect(this.$$, 'scroll-y', Boolean(on))
      // what scrolls must be reachable by the keyboard
      if (on) this.$$.tabIndex = 0
    },
    scrollTop(top: unknown) {
      if (typeof top === 'number') this.$$.scrollTop = top
    },
    scrollLeft(left: unknown) {
      if (typeof left === 'number') this.$$.scrollLeft = left
    },
    scrollIntoView(id: string) {
      if (!id) return
      const escaped = CSS.escape(id)
      // ids of elements within components end in the id that was written
      requestAnimationFrame(() => this.$$.querySelector(`#${escaped}, [id$="--${escaped}"]`)?.scrollIntoView())
    },
  },
  created(element) {
    let atEnd = false
    const tell = (event: Event) => {
      event.stopImmediatePropagation()
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = element
      this.triggerEvent('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth }, {})
      const near = scrollHeight - scrollTop - clientHeight <= Number(this.data.lowerThreshold)
      if (near && !atEnd) this.triggerEvent('scrolltolower', { direction: 'bottom' }, {})
      atEnd = near
    }
    element.addEventListener('scroll', tell, { capture: true })
  },
}
