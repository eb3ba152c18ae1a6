import { encode } from 'uqr'
import { screen } from '../../platform/screen'
import { clear, measure, paint } from './paint'

interface CanvasHit {
  node?: WechatMiniprogram.Canvas
}

/** Canvas nodes by component, queried once because a query costs a frame. */
const canvases = new WeakMap<object, WechatMiniprogram.Canvas>()

/** A QR code with its quiet zone, every module a whole number of physical pixels. */
Component({
  properties: {
    /** The content of the code; '' clears the canvas. */
    value: { type: String, value: '' },
    /** Side of the white plate, px. */
    size: { type: Number, value: 240 },
  },
  data: {
    side: 0,
  },
  observers: {
    'value, size'() {
      this.draw()
    },
  },
  lifetimes: {
    ready() {
      this.draw()
    },
    detached() {
      canvases.delete(this)
    },
  },
  methods: {
    draw() {
      const known = canvases.get(this)
      if (!this.data.value) {
        if (known) clear(known)
        return
      }
      if (known) {
        this.drawOn(known)
        return
      }
      this.createSelectorQuery()
        .select('#code')
        .fields({ node: true })
        .exec(([hit]: [CanvasHit | null]) => {
          if (!hit?.node) return
          canvases.set(this, hit.node)
          this.drawOn(hit.node)
        })
    },

    drawOn(canvas: WechatMiniprogram.Canvas) {
      const { value, size } = this.data
      if (!value) return
      const { data: modules } = encode(value, { ecc: 'M', border: 4 })
      const ratio = screen().ratio
      const { module, side } = measure(modules.length, size, ratio)
      const css = side / ratio
      if (css !== this.data.side) this.setData({ side: css })
      paint(canvas, modules, module)
      this.triggerEvent('drawn', { value })
    },
  },
})
