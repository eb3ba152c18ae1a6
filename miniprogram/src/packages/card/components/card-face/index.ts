import type { Face } from '../../view'

/** A picture of a card. */
Component({
  properties: {
    face: { type: Object, value: {} as Face },
  },
})
