import { age, date, maskNumber, yuan } from '../../domain/format'
import { fill, texts } from '../../i18n/index'
import type { CardBinding, CardKind } from '../../services/card'

/** How a card stands, as it is shown. */
export interface Standing {
  word: string
  /** '' is well; 'warn' may become well again by itself or by the property; 'bad' will not. */
  tone: '' | 'warn' | 'bad'
}

/** A card as its face shows it. */
export interface Face {
  id: string
  kind: CardKind
  kindName: string
  icon: string
  number: string
  siteName: string
  standing: Standing
  validity: string
  /** Amount on it, and how old that word is; '' where there is none. */
  balance: string
  balanceAge: string
}

/** The sign of each kind of card. */
export const KIND_ICONS: Record<CardKind, string> = { member: 'vehicle', stored_value: 'wallet', access: 'lock-on' }

/** What a kind of card is called. */
export function kindName(kind: CardKind): string {
  return texts('common').kinds[kind]
}

/** Whether the last day of a card has passed. */
function hasExpired(binding: CardBinding, now: number): boolean {
  const until = binding.card?.validUntil
  return typeof until === 'string' && Date.parse(until) < now
}

/** How a card stands: what its issuer says comes before what became of the binding. */
export function standingOf(binding: CardBinding, now: number): Standing {
  const { cardStates, bindingStates } = texts('common')
  const t = texts('card')
  const { state, card } = binding
  if (state !== 'bound' && state !== 'suspended') return { word: bindingStates[state], tone: 'bad' }
  if (card && card.state !== 'active') {
    const back = card.state === 'lost' || card.state === 'frozen'
    return { word: cardStates[card.state], tone: back ? 'warn' : 'bad' }
  }
  if (hasExpired(binding, now)) return { word: t.stateExpired, tone: 'bad' }
  if (state === 'suspended') return { word: bindingStates.suspended, tone: 'warn' }
  return { word: cardStates.active, tone: '' }
}

/** Until when a card is good, in words. */
export function validityOf(binding: CardBinding, zone?: string): string {
  const until = binding.card?.validUntil
  if (binding.card === undefined || binding.card === null) return ''
  return until ? date(until, zone) : texts('common').forever
}

/** A card as its face shows it. */
export function faceOf(binding: CardBinding, siteName: string, now: number, zone?: string): Face {
  const t = texts('card')
  const { card, id, kind, number } = binding
  const amount = kind === 'stored_value' && card ? yuan(card.balance) : ''
  const until = validityOf(binding, zone)
  const dated = card?.validUntil ? fill(t.validUntil, { date: until }) : until
  return {
    id,
    kind,
    kindName: kindName(kind),
    icon: KIND_ICONS[kind],
    number: maskNumber(number),
    siteName,
    standing: standingOf(binding, now),
    validity: dated,
    balance: amount === '' ? '' : fill(t.yuan, { amount }),
    balanceAge: amount === '' || !card ? '' : fill(t.updated, { age: age(card.asOf, now, texts('common')) }),
  }
}
