import { type Block, parse } from './parse'

/** A text of ours in Markdown: headings, lists and bold words. */
Component({
  properties: {
    text: { type: String, value: '' },
  },
  data: {
    blocks: [] as Block[],
  },
  observers: {
    text(text: string) {
      this.setData({ blocks: parse(text) })
    },
  },
})
