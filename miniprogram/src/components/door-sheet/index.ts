import { texts } from '../../i18n/index'

/** A door as the sheet names it. */
export interface ShownDoor {
  id: string
  name: string
  /** How far it is, in words; '' where that is not known. */
  away: string
}

/** Asks which of several doors is meant. Shown while there are doors to choose from. */
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

    /** What lies beneath neither scrolls nor is tapped. */
    onNothing() {},
  },
})
