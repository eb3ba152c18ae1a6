import { age, date, maskNumber, yuan } from '../../domain/format'
import { fill, texts } from '../../i18n/index'
import type { CardBinding, CardKind } from '../../services/card'

/** The state of a card as shown. */
export interface Standing {
  word: string
  /** '' is fine; 'warn' may be resolved later by itself or by the property management; 'bad' is final. */
  tone: '' | 'warn' | 'bad'
}

/** A card as the card face shows it. */
export interface Face {
  id: string
  kind: CardKind
  kindName: string
  icon: string
  number: string
  siteName: string
  standing: Standing
  validity: string
  /** Balance, and how old that information is; '' if there is none. */
  balance: string
  balanceAge: string
}

/** The icon of each kind of card. */
export const KIND_ICONS: Record<CardKind, string> = { member: 'vehicle', stored_value: 'wallet', access: 'lock-on' }

/** The name of a kind of card. */
export function kindName(kind: CardKind): string {
  return texts('common').kinds[kind]
}

/** Whether the last day of a card has passed. */
function hasExpired(binding: CardBinding, now: number): boolean {
  const until = binding.card?.validUntil
  return typeof until === 'string' && Date.parse(until) < now
}

/** The state to show: the issuer's state of the card comes before the state of the binding. */
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

/** Until when a card is valid, as text. */
export function validityOf(binding: CardBinding, zone?: string): string {
  const until = binding.card?.validUntil
  if (binding.card === undefined || binding.card === null) return ''
  return until ? date(until, zone) : texts('common').forever
}

/** A card as the card face shows it. */
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
