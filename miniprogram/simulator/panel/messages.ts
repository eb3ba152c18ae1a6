import { type Message, messages } from './api'
import { make, place } from './dom'
import { poll } from './poll'
import { copy } from './said'

const SHOWN = 6
const POLL_MS = 1500

const keyOf = ({ to, code, at }: Message) => `${at} ${to} ${code}`
const time = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

function row(message: Message): HTMLElement {
  const { kind, to, code, at } = message
  const made = make(
    'button',
    'row',
    make('span', 'row-main', make('b', 'code', code), make('span', 'row-soft', `发给 ${to}`)),
    make('span', 'row-end', kind === 'mail' ? '邮件 ' : '', time.format(new Date(at))),
  )
  made.type = 'button'
  made.dataset.key = keyOf(message)
  made.title = '点按复制'
  made.addEventListener('click', () => void copy(code, '验证码'))
  return made
}

/** The codes that went out, newest first. */
export function startMessages(): void {
  const list = make('div', 'rows')
  const empty = make('p', 'empty', '发出的验证码会出现在这里')
  place('messages').append(empty, list)
  poll(POLL_MS, async () => {
    const newest = (await messages()).slice(0, SHOWN)
    empty.hidden = newest.length > 0
    const shown = [...list.children].map((child) => (child as HTMLElement).dataset.key)
    if (newest.length === shown.length && newest.every((message, index) => keyOf(message) === shown[index])) return
    const rows = newest.map(row)
    for (const made of rows) if (!shown.includes(made.dataset.key)) made.classList.add('row--new')
    list.replaceChildren(...rows)
  })
}
