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
/** The input of a binding. */
export type BindingRequest = Schema<'NewCardBinding'>

/** A page of uses. */
export interface UsePage {
  items: CardUse[]
  nextCursor?: string
}

/** A binding that waits for its code. */
export interface PendingBinding {
  bindingId: string
  /** The entered values, to show the page again. */
  request: BindingRequest
  /** Seconds until another code may be requested; 0: now. */
  resendIn: number
  /** Seconds until the code expires. */
  expiresIn: number
}

/** A partly filled form. */
export type Draft = Partial<BindingRequest> & { siteName?: string }

interface Waiting {
  bindingId: string
  request: BindingRequest
  /** By the phone's clock. */
  until: number
}

const WAIT = 'bind'
const CODE_SECONDS = 300
const listed = slot<CardBinding[]>('account', 'cards', 1, Array.isArray)
const waiting = slot<Waiting>('account', 'binding', 2, (value) => Boolean(value.bindingId))
const drafted = slot<Draft>('account', 'card-draft', 1)
const changed = emitter<CardBinding[]>()
const bindingEnded = emitter<string>()

/** Incremented with every bound or unbound card, to ignore lists requested before. */
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

/** Sends the code. A binding that no longer waits for a code may be bound because an earlier answer was lost. */
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

/** The user's cards, and binding new ones (自助卡务). */
export const card = {
  /** The bound cards as last fetched, synchronously and offline. */
  cached(siteId?: string): CardBinding[] {
    const cards = listed.get() ?? []
    return siteId === undefined ? cards : cards.filter((one) => one.siteId === siteId)
  },

  /** The bound and suspended cards of all sites. */
  async list(): Promise<CardBinding[]> {
    const before = changes
    const cards: CardBinding[] = []
    let cursor: string | undefined
    do {
      const page = await call('GET', '/v1/card-bindings', { query: { limit: 100, ...(cursor && { cursor }) } })
      cards.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    // Cards bound or unbound in the meantime keep their newer state.
    if (changes !== before) return card.cached()
    keep(cards)
    return cards
  },

  /** Called when the list has changed. */
  subscribe(listener: (cards: CardBinding[]) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** Called with the id of a binding that has ended. */
  onBindingEnded(listener: (bindingId: string) => void): Unsubscribe {
    return bindingEnded.on(listener)
  },

  /** A card in full, with the doors it opens and whether they open now. */
  info(id: string): Promise<CardInfo> {
    return call('GET', '/v1/card-bindings/{id}', { params: { id } })
  },

  /** The uses of a card at doors, newest first. */
  async uses(id: string, cursor?: string): Promise<UsePage> {
    const page = await call('GET', '/v1/card-bindings/{id}/uses', { params: { id }, query: cursor ? { cursor } : {} })
    return { items: page.items, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) }
  },

  /**
   * Requests a binding. The answer is the same whether or not the card exists: 若卡号与预留手机号一致，验证码已发送.
   * `state` is `challenged`, or `bound` if the card is the user's already. Starts the wait that `pending` reports.
   */
  async bind(request: BindingRequest): Promise<CardBinding> {
    let binding: CardBinding
    try {
      binding = await keyed('bind', request, (key) => call('POST', '/v1/card-bindings', { key, body: request }))
    } catch (problem) {
      if (problem instanceof Problem && problem.retryAfter !== undefined) countdown.start(WAIT, problem.retryAfter)
      throw problem
    }
    if (binding.state === 'challenged') {
      waiting.set({ bindingId: binding.id, request, until: Date.now() + CODE_SECONDS * 1000 })
      countdown.start(WAIT, RESEND_SECONDS)
    } else {
      card.forgetPending()
    }
    return binding
  },

  /** The binding that waits for its code, also after the page or the app was closed. */
  pending(): PendingBinding | undefined {
    const found = waiting.get()
    if (found === undefined) return undefined
    const expiresIn = Math.min(CODE_SECONDS, Math.ceil((found.until - Date.now()) / 1000))
    if (expiresIn <= 0) {
      waiting.remove()
      return undefined
    }
    return { bindingId: found.bindingId, request: found.request, resendIn: countdown.left(WAIT), expiresIn }
  },

  /** Seconds until another code may be requested, whether or not a binding is pending. */
  resendIn(): number {
    return countdown.left(WAIT)
  },

  /** Drops the pending binding. */
  forgetPending(): void {
    waiting.remove()
  },

  /** Confirms a binding. `code-wrong` says how many tries are left; after `code-exhausted` and `code-expired` request a new code. */
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

  /** Unbinds a card; its code is invalid at once. */
  async unbind(id: string): Promise<void> {
    await call('DELETE', '/v1/card-bindings/{id}', { params: { id } })
    changes += 1
    bindingEnded.emit(id)
    keep(card.cached().filter((one) => one.id !== id))
  },

  /** The form that was filled in and not sent yet. */
  draft(): Draft {
    return drafted.get() ?? {}
  },

  /** Keeps what is filled in. */
  saveDraft(draft: Draft): void {
    drafted.set(draft)
  },
}
