import { cards, type DemoCard } from './api'
import { make, place } from './dom'
import { copy } from './said'
import { onSite } from './site'

const KINDS: Record<DemoCard['kind'], string> = { member: '会员卡/车卡', stored_value: '储值卡', access: '门禁卡' }

function copyable(what: string, value: string): HTMLButtonElement {
  const made = make('button', 'copyable', make('span', 'row-soft', what), make('b', '', value))
  made.type = 'button'
  made.title = '点按复制'
  made.addEventListener('click', () => void copy(value, what))
  return made
}

const row = ({ kind, number, phone, holder, plate }: DemoCard) =>
  make(
    'div',
    'row row--card',
    make('div', 'row-head', make('b', `kind kind--${kind}`, KINDS[kind]), ` ${holder}${plate ? ` · ${plate}` : ''}`),
    make('div', 'row-pair', copyable('卡表面号', number), copyable('预留手机号', phone)),
  )

/** Cards that can be bound at the phone's site. */
export function startCards(): void {
  const parent = place('cards')
  parent.append(make('p', 'empty', '在手机上选择场区后，这里列出可以绑定的卡'))
  onSite(async ({ id, name }) => {
    const all = await cards(id).catch(() => [])
    const title = make('p', 'empty', all.length > 0 ? `${name}，点按复制` : `${name}没有演示卡`)
    parent.replaceChildren(title, make('div', 'rows rows--scroll', ...all.map(row)))
  })
}
