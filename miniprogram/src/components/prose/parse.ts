/** A run of text in one style. */
export interface Run {
  index: number
  text: string
  strong: boolean
}

/** A paragraph, a heading, or an item of a list. */
export interface Block {
  index: number
  kind: 'title' | 'heading' | 'item' | 'text'
  runs: Run[]
}

const marks: readonly (readonly [string, Block['kind']])[] = [
  ['## ', 'heading'],
  ['# ', 'title'],
  ['- ', 'item'],
]

/** Parses headings, lists and bold; other Markdown stays as text. Lines without a blank line between them are one paragraph. */
export function parse(markdown: string): Block[] {
  const blocks: { kind: Block['kind']; text: string }[] = []
  let open = false
  for (const raw of markdown.split('\n')) {
    const line = raw.trim()
    const mark = marks.find(([start]) => line.startsWith(start))
    const last = blocks[blocks.length - 1]
    if (line === '') open = false
    else if (mark) {
      blocks.push({ kind: mark[1], text: line.slice(mark[0].length) })
      open = mark[1] === 'item'
    } else if (open && last) last.text += line
    else {
      blocks.push({ kind: 'text', text: line })
      open = true
    }
  }
  return blocks.map(({ kind, text }, index) => ({ index, kind, runs: runs(text) }))
}

function runs(text: string): Run[] {
  return text
    .split('**')
    .map((part, index) => ({ index, text: part, strong: index % 2 === 1 }))
    .filter((run) => run.text !== '')
}
