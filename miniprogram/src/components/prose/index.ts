import { type Block, parse } from './parse'

/** A Markdown text with headings, lists and bold words. */
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
