import { texts } from '../../i18n/index'

/** A card as the switcher shows it. */
export interface ShownCard {
  id: string
  kindName: string
  number: string
}

/** Shows the card of the code, and switches between several cards. */
Component({
  properties: {
    cards: { type: Array, value: [] as ShownCard[] },
    index: { type: Number, value: 0 },
  },
  data: {
    t: texts('home'),
  },
  pageLifetimes: {
    show() {
      this.setData({ t: texts('home') })
    },
  },
  methods: {
    onStep(event: WechatMiniprogram.TouchEvent) {
      const { by } = event.currentTarget.dataset as { by: number }
      const { cards, index } = this.data
      const card = cards[(index + by + cards.length) % cards.length]
      if (card) this.triggerEvent('change', { id: card.id })
    },
  },
})
