import { texts } from '../../i18n/index'

/** A door as the sheet lists it. */
export interface ShownDoor {
  id: string
  name: string
  /** The distance as text; '' if unknown. */
  away: string
}

/** Lets the user choose one of several doors. Shown while there are doors to choose from. */
Component({
  properties: {
    doors: { type: Array, value: [] as ShownDoor[] },
  },
  data: {
    t: texts('home'),
  },
  observers: {
    doors(doors: ShownDoor[]) {
      if (doors.length > 0) this.setData({ t: texts('home') })
    },
  },
  methods: {
    onChoose(event: WechatMiniprogram.TouchEvent) {
      const { id } = event.currentTarget.dataset as { id: string }
      this.triggerEvent('choose', { id })
    },

    onCancel() {
      this.triggerEvent('cancel')
    },

    /** Stops touches from scrolling or tapping the page beneath. */
    onNothing() {},
  },
})
