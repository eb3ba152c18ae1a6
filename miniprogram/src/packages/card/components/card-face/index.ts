import type { Face } from '../../view'

/** A card as one would hold it in the hand. */
Component({
  properties: {
    face: { type: Object, value: {} as Face },
  },
})
