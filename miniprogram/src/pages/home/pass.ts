import { maskNumber } from '../../domain/format'
import { fill, texts } from '../../i18n/index'
import type { CodeCard, CodeView } from '../../services/credential'
import type { Notice } from '../../services/notice'
import type { Site } from '../../services/site'

/** The state of the pass on the main screen. */
export type PassView = 'loading' | 'code' | 'stale' | 'refused' | 'nocard' | 'nosite' | 'failed' | 'withdrawn'

/** Why there is no code. */
export interface Note {
  icon: string
  tone: '' | 'warn' | 'bad'
  title: string
  hint: string
}

/** A card as the switcher shows it. */
export interface PassCard {
  id: string
  kindName: string
  number: string
}

/** The pass, ready for `setData`. */
export interface Pass {
  view: PassView
  cards: PassCard[]
  index: number
  note: Note
  /** The network is away. */
  offline: boolean
  /** Whether an unlock request may be sent. */
  canUnlock: boolean
  /** The note is a notice from the inbox. */
  fromNotice: boolean
}

/** The input of `passOf`. */
export interface Situation {
  site: Site | undefined
  codes: CodeView | undefined
  /** The card that was shown last. */
  chosen: string | undefined
  /** The notice that a card of the site was lost. */
  gone: Notice | undefined
  /** A request is under way. */
  asking: boolean
  /** Why fetching the site failed. */
  problem: string
}

const nothing: Note = { icon: '', tone: '', title: '', hint: '' }

function bare(view: PassView, note: Note = nothing): Pass {
  return { view, cards: [], index: 0, note, offline: false, canUnlock: false, fromNotice: false }
}

/** What to show. Pure but for the language. */
export function passOf({ site, codes, chosen, gone, asking, problem }: Situation): Pass {
  const t = texts('home')
  const failed = (hint: string): Pass => bare('failed', { icon: 'wifi-off', tone: 'warn', title: t.failed, hint })
  if (!site) {
    if (asking) return bare('loading')
    return problem
      ? failed(problem)
      : bare('nosite', { icon: 'location', tone: '', title: t.noSite, hint: t.noSiteHint })
  }
  if (codes?.state === 'withdrawn') {
    return bare('withdrawn', { icon: 'lock-on', tone: 'warn', title: t.withdrawn, hint: t.withdrawnHint })
  }
  if (!codes || codes.state === 'unknown') {
    return asking || !codes?.problem ? bare('loading') : failed(codes.problem.message)
  }
  if (codes.state === 'none') {
    const note: Note = gone
      ? { icon: 'creditcard', tone: 'warn', title: gone.title, hint: gone.body }
      : { icon: 'creditcard', tone: '', title: t.noCard, hint: t.noCardHint }
    return { ...bare('nocard', note), fromNotice: gone !== undefined }
  }
  const index = Math.max(
    0,
    codes.cards.findIndex(({ bindingId }) => bindingId === chosen),
  )
  const card = codes.cards[index]
  return card ? withCard(codes.cards.map(named), index, card) : bare('nocard')
}

function withCard(cards: PassCard[], index: number, { state, reason }: CodeCard): Pass {
  const t = texts('home')
  if (state === 'refused') {
    const { title, meaning, todo } = texts('reasons')[reason]
    const note: Note = { icon: 'error-circle', tone: 'bad', title, hint: `${meaning}${todo}` }
    return { ...bare('refused', note), cards, index }
  }
  if (state === 'stale') {
    const note: Note = { icon: 'time', tone: 'warn', title: t.stale, hint: t.staleHint }
    return { ...bare('stale', note), cards, index }
  }
  return { ...bare('code'), cards, index, offline: state === 'offline', canUnlock: true }
}

function named({ bindingId, kind, number }: CodeCard, at: number): PassCard {
  const kindName = kind ? texts('common').kinds[kind] : fill(texts('home').someCard, { n: at + 1 })
  return { id: bindingId, kindName, number: maskNumber(number ?? '') }
}
