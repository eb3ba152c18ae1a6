import { call, type Schema } from '../api/client'
import { Problem } from '../api/errors'
import { emitter, type Unsubscribe } from '../domain/events'
import { slot } from '../platform/storage'
import { countdown, RESEND_SECONDS } from './countdown'
import { keyed } from './keys'
import { session } from './session'

export type CardBinding = Schema<'CardBinding'>
export type CardInfo = Schema<'CardInfo'>
export type CardUse = Schema<'CardUse'>
export type CardKind = Schema<'CardKind'>
export type OpenDoor = Schema<'OpenDoor'>
/** What binding a card takes. */
export type CardWish = Schema<'NewCardBinding'>

/** A part of the uses. */
export interface UsePage {
  items: CardUse[]
  nextCursor?: string
}

/** A binding that waits for its code. */
export interface PendingBinding {
  bindingId: string
  /** What was filled in, so that the page can be shown again. */
  wish: CardWish
  /** Seconds until another code may be asked for; 0: now. */
  resendIn: number
  /** Seconds until the code is too old. */
  expiresIn: number
}

/** What is filled in so far. */
export type Draft = Partial<CardWish> & { siteName?: string }

interface Waiting {
  bindingId: string
  wish: CardWish
  /** By the phone's clock. */
  until: number
}

const WAIT = 'bind'
const CODE_SECONDS = 300
const listed = slot<CardBinding[]>('account', 'cards', 1, Array.isArray)
const waiting = slot<Waiting>('account', 'binding', 1, (value) => Boolean(value.bindingId))
const drafted = slot<Draft>('account', 'card-draft', 1)
const changed = emitter<CardBinding[]>()
const ceased = emitter<string>()

/** Goes up with every card that came or went: a list that was asked for before says nothing of it. */
let changes = 0

session.onWiped(() => {
  changes += 1
  countdown.stop(WAIT)
})

function keep(cards: CardBinding[]): void {
  const before = JSON.stringify(listed.get() ?? [])
  listed.set(cards)
  if (before !== JSON.stringify(cards)) changed.emit(cards)
}

/** Sends the code. A binding that waits no longer may be bound: the answer that said so was lost. */
async function confirmed(id: string, code: string): Promise<CardBinding> {
  try {
    return await call('POST', '/v1/card-bindings/{id}/confirm', { params: { id }, body: { code } })
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'binding-not-waiting') throw problem
    const binding = await card.info(id).catch(() => undefined)
    if (binding?.state !== 'bound') throw problem
    return binding
  }
}

/** The cards the user holds, and how to come to one (自助卡务). */
export const card = {
  /** The bound cards as last seen, at once and offline. */
  cached(siteId?: string): CardBinding[] {
    const cards = listed.get() ?? []
    return siteId === undefined ? cards : cards.filter((one) => one.siteId === siteId)
  },

  /** The cards of all sites: those that are bound or held back. */
  async list(): Promise<CardBinding[]> {
    const before = changes
    const cards: CardBinding[] = []
    let cursor: string | undefined
    do {
      const page = await call('GET', '/v1/card-bindings', { query: { limit: 100, ...(cursor && { cursor }) } })
      cards.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    // A card that came or went meanwhile is kept as it stands now.
    if (changes !== before) return card.cached()
    keep(cards)
    return cards
  },

  /** Is told when the list has changed. */
  subscribe(listener: (cards: CardBinding[]) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** Is told of the id of a binding that is no more. */
  onCeased(listener: (bindingId: string) => void): Unsubscribe {
    return ceased.on(listener)
  },

  /** A card in full, with the doors it opens and whether they open now. */
  info(id: string): Promise<CardInfo> {
    return call('GET', '/v1/card-bindings/{id}', { params: { id } })
  },

  /** What doors said to it, newest first. */
  async uses(id: string, cursor?: string): Promise<UsePage> {
    const page = await call('GET', '/v1/card-bindings/{id}/uses', { params: { id }, query: cursor ? { cursor } : {} })
    return { items: page.items, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
  },

  /**
   * Asks to bind a card. The answer is the same whether or not there is such a card: 若卡号与预留手机号一致，验证码已发送.
   * `state` is `challenged`, or `bound` when the card is the user's already. Begins the wait that `pending` tells of.
   */
  async bind(wish: CardWish): Promise<CardBinding> {
    let binding: CardBinding
    try {
      binding = await keyed('bind', wish, (key) => call('POST', '/v1/card-bindings', { key, body: wish }))
    } catch (problem) {
      if (problem instanceof Problem && problem.retryAfter !== undefined) countdown.start(WAIT, problem.retryAfter)
      throw problem
    }
    if (binding.state === 'challenged') {
      waiting.set({ bindingId: binding.id, wish, until: Date.now() + CODE_SECONDS * 1000 })
      countdown.start(WAIT, RESEND_SECONDS)
    } else {
      card.forgetPending()
    }
    return binding
  },

  /** The binding that waits for its code, also after the page or the app was left. */
  pending(): PendingBinding | undefined {
    const found = waiting.get()
    if (found === undefined) return undefined
    const expiresIn = Math.min(CODE_SECONDS, Math.ceil((found.until - Date.now()) / 1000))
    if (expiresIn <= 0) {
      waiting.remove()
      return undefined
    }
    return { bindingId: found.bindingId, wish: found.wish, resendIn: countdown.left(WAIT), expiresIn }
  },

  /** Seconds until another code may be asked for, whether or not one is pending. */
  resendIn(): number {
    return countdown.left(WAIT)
  },

  /** Gives a pending binding up. */
  forgetPending(): void {
    waiting.remove()
  },

  /** Enters the code. A wrong one is `code-wrong` and says how many tries are left; after `code-exhausted` and `code-expired` ask anew. */
  async confirm(id: string, code: string): Promise<CardBinding> {
    try {
      const binding = await confirmed(id, code)
      card.forgetPending()
      drafted.remove()
      changes += 1
      keep([...card.cached().filter((one) => one.id !== id), binding])
      return binding
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 409) card.forgetPending()
      throw problem
    }
  },

  /** Lets a card go; its code opens nothing from that moment. */
  async unbind(id: string): Promise<void> {
    await call('DELETE', '/v1/card-bindings/{id}', { params: { id } })
    changes += 1
    ceased.emit(id)
    keep(card.cached().filter((one) => one.id !== id))
  },

  /** What was filled in and not sent yet. */
  draft(): Draft {
    return drafted.get() ?? {}
  },

  /** Keeps what is filled in. */
  saveDraft(draft: Draft): void {
    drafted.set(draft)
  },
}
