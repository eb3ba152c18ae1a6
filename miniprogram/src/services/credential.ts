import { call, type Schema } from '../api/client'
import { asProblem, type Problem } from '../api/errors'
import { fromBase64Url } from '../domain/bytes'
import { emitter, type Unsubscribe } from '../domain/events'
import { type ReasonCode, reasonCode } from '../domain/reason'
import { dayOf, mint, STEP, stepStart } from '../domain/token'
import { network } from '../platform/network'
import { slot } from '../platform/storage'
import { every } from '../platform/timers'
import { type CardKind, card } from './card'
import { clock } from './clock'
import { consent } from './consent'
import { session } from './session'
import { site } from './site'

type Credential = Schema<'Credential'>

/**
 * How a card's code stands. `ready` · `offline`: from the phone, the network is away (离线可用) · `stale`: no key for
 * today (请联网刷新) · `held`: the card opens nothing, `reason` says why.
 */
export type CodeState = 'ready' | 'offline' | 'stale' | 'held'

/** A card whose code can be shown, or why it cannot. */
export interface CodeCard {
  bindingId: string
  /** Of the card behind it; nothing before the list of cards was fetched. */
  kind?: CardKind
  /** Masked. */
  number?: string
  state: CodeState
  /** Why it is held; `ok` otherwise. Words: `texts('reasons')[reason]`. */
  reason: ReasonCode
}

/** The codes of a site. */
export interface CodeView {
  /**
   * `unknown`: never fetched here. `none`: no card bound here (去绑定 / 我是访客). `cards`: see them. `withdrawn`: nothing
   * is minted until the user agrees again (重新同意后可用).
   */
  state: 'unknown' | 'none' | 'cards' | 'withdrawn'
  siteId: string
  cards: CodeCard[]
  /** When the server last said so, by its clock, milliseconds; 0 for never. */
  fetchedAt: number
  /** Why the last attempt to fetch failed; nothing when it did not. */
  problem?: Problem
}

/** A code to show. */
export interface ShownCode {
  /** 75 or 99 digits. */
  text: string
  /** Seconds a code is shown. */
  step: number
  /** When the next must be shown, by the server's clock (`clock.now()`), milliseconds. */
  nextChange: number
}

interface Kept {
  siteId: string
  step: number
  credentials: Credential[]
  /** By the server's clock. */
  fetchedAt: number
}

/** The last code of a step, so that none is shown twice, not even after a restart. */
interface Count {
  start: number
  n: number
}

const MOST_SITES = 20
const HOUR_MS = 3_600_000
/** While a code is on the screen it is asked this often whether the card still stands. */
const WATCH_MS = 30_000
/** Coming back within this time asks nothing. */
const FRESH_MS = 10_000

const stored = slot<Kept[]>('account', 'credentials', 1, Array.isArray)
const counted = slot<Count>('account', 'code', 1, ({ start, n }) => Number.isInteger(start) && Number.isInteger(n))
const changed = emitter<CodeView>()
const fetching = new Map<string, Promise<CodeView>>()
const problems = new Map<string, Problem>()

let kept: Kept[] | undefined
let count: Count | undefined
/** Goes up when handles or cards changed: an answer from before it is of dead codes. */
let generation = 0

function all(): Kept[] {
  kept ??= stored.get() ?? []
  return kept
}

function keptOf(siteId: string): Kept | undefined {
  return all().find((one) => one.siteId === siteId)
}

function keep(next: Kept): void {
  kept = [next, ...all().filter((one) => one.siteId !== next.siteId)].slice(0, MOST_SITES)
  stored.set(kept)
}

/** Answers that are under way are dropped when they come, and asked for anew. */
function outdate(): void {
  generation += 1
  fetching.clear()
}

session.onWiped(() => {
  kept = []
  count = undefined
  problems.clear()
  outdate()
})

session.onRekeyed(() => {
  outdate()
  for (const one of all())
    keep({ ...one, fetchedAt: 0, credentials: one.credentials.map((each) => ({ ...each, keys: [] })) })
  const here = site.current()?.id
  if (here) credential.refresh(here).catch(() => undefined)
})

consent.subscribe((withdrawn) => {
  outdate()
  problems.clear()
  const sites = all().map(({ siteId }) => siteId)
  if (withdrawn) {
    kept = []
    stored.remove()
  }
  const here = site.current()?.id
  for (const siteId of new Set(here ? [here, ...sites] : sites)) changed.emit(credential.view(siteId))
  if (here && !withdrawn) credential.refresh(here).catch(() => undefined)
})

card.onCeased((bindingId) => {
  outdate()
  for (const one of all().filter(({ credentials }) => credentials.some(({ id }) => id === bindingId))) {
    keep({ ...one, credentials: one.credentials.filter(({ id }) => id !== bindingId) })
    changed.emit(credential.view(one.siteId))
  }
})

card.subscribe((cards) => {
  const here = site.current()?.id
  const known = here === undefined ? [] : (keptOf(here)?.credentials ?? [])
  const unknown = cards.some(({ id, siteId, state }) => {
    return siteId === here && state === 'bound' && known.every((one) => one.id !== id)
  })
  if (!unknown || !here) return
  // A card was bound a moment ago: fetch its keys. Failing, they come when the code is looked for.
  outdate()
  credential.refresh(here).catch(() => undefined)
})

function keyOf({ keys }: Credential, day: number): Uint8Array | undefined {
  const found = keys.find((key) => key.day === day)
  return found && fromBase64Url(found.key)
}

function stateOf(one: Credential, siteId: string): Pick<CodeCard, 'state' | 'reason'> {
  if (one.state !== 'active') return { state: 'held', reason: heldFor(one) }
  if (!keyOf(one, dayOf(clock.now() / 1000))) return { state: 'stale', reason: 'stale_code' }
  const away = !network.connected() || problems.get(siteId)?.offline === true
  return { state: away ? 'offline' : 'ready', reason: 'ok' }
}

function heldFor({ reason }: Credential): ReasonCode {
  const known = reasonCode(reason)
  return known === undefined || known === 'ok' ? 'binding_suspended' : known
}

function due(one: Kept | undefined): boolean {
  if (one === undefined) return true
  const now = clock.now()
  const passed = now - one.fetchedAt
  return passed > HOUR_MS || passed < 0 || dayOf(now / 1000) !== dayOf(one.fetchedAt / 1000)
}

async function load(siteId: string): Promise<CodeView> {
  const begun = generation
  const sentAt = Date.now()
  try {
    // Before the server knows of a withdrawal it would hand out keys.
    if (consent.owes()) await consent.settle()
    const fetched = await call('GET', '/v1/sites/{id}/credentials', { params: { id: siteId } })
    if (generation !== begun) return await credential.refresh(siteId)
    consent.confirmed()
    const fetchedAt = Date.parse(fetched.serverTime)
    clock.learn({ server: fetchedAt, sentAt, receivedAt: Date.now() })
    problems.delete(siteId)
    keep({ siteId, step: fetched.step, credentials: fetched.credentials, fetchedAt })
  } catch (thrown) {
    if (generation === begun) problems.set(siteId, asProblem(thrown))
    throw thrown
  } finally {
    changed.emit(credential.view(siteId))
  }
  return credential.view(siteId)
}

/** The count of the current step. */
function counting(start: number): Count {
  count ??= counted.get()
  if (count?.start !== start) count = { start, n: 0 }
  return count
}

/**
 * What the phone shows at doors. Keys of today and tomorrow are kept on the phone, so that codes are made without a
 * network for 24 to 48 hours. Keys stay in here and in storage; nothing logs or returns them.
 */
export const credential = {
  /** How the codes of a site stand, at once and offline. */
  view(siteId: string): CodeView {
    const one = keptOf(siteId)
    const problem = problems.get(siteId)
    const more = problem === undefined ? {} : { problem }
    if (consent.withdrawn()) return { state: 'withdrawn', siteId, cards: [], fetchedAt: 0, ...more }
    if (one === undefined) return { state: 'unknown', siteId, cards: [], fetchedAt: 0, ...more }
    const known = card.cached(siteId)
    const cards = one.credentials.map((each): CodeCard => {
      const behind = known.find(({ id }) => id === each.id)
      const shown = behind ? { kind: behind.kind, number: behind.number } : {}
      return { bindingId: each.id, ...shown, ...stateOf(each, siteId) }
    })
    return { state: cards.length === 0 ? 'none' : 'cards', siteId, cards, fetchedAt: one.fetchedAt, ...more }
  },

  /** Is told whenever the codes of a site may stand otherwise than before. */
  subscribe(listener: (view: CodeView) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** Fetches the keys now. Several who ask at once share one request. Fails with a `Problem`; what was kept stays. */
  refresh(siteId: string): Promise<CodeView> {
    const under = fetching.get(siteId)
    if (under !== undefined) return under
    const run = load(siteId).finally(() => {
      if (fetching.get(siteId) === run) fetching.delete(siteId)
    })
    fetching.set(siteId, run)
    return run
  },

  /** Fetches the keys when they are more than an hour old, of another day, or not there at all. Never fails. */
  async refreshIfDue(siteId: string): Promise<CodeView> {
    if (due(keptOf(siteId))) await credential.refresh(siteId).catch(() => undefined)
    return credential.view(siteId)
  },

  /**
   * While a page shows codes: asks now unless that was a moment ago, then every half minute and when the network comes
   * back, so that a card that was lost or let go does not leave a dead code on the screen. Listeners hear of it through
   * `subscribe`. Returns the way to stop: call it in onHide and onUnload.
   */
  watch(siteId: string): () => void {
    const ask = (): void => {
      if (network.connected()) credential.refresh(siteId).catch(() => undefined)
    }
    const passed = clock.now() - (keptOf(siteId)?.fetchedAt ?? 0)
    if (passed > FRESH_MS || passed < 0) ask()
    const stopAsking = every(WATCH_MS, ask)
    const leave = network.subscribe((connected) => {
      changed.emit(credential.view(siteId))
      if (connected) ask()
    })
    return () => {
      stopAsking()
      leave()
    }
  },

  /** Makes the code of an instant (server's clock, milliseconds). Nothing without a key for that day. */
  mint(now: number, bindingId: string, n: number): string | undefined {
    if (consent.withdrawn()) return undefined
    for (const { siteId, step, credentials } of all()) {
      const one = credentials.find(({ id }) => id === bindingId)
      if (one === undefined) continue
      const at = now / 1000
      const key = keyOf(one, dayOf(stepStart(at, step)))
      const handle = fromBase64Url(one.handle)
      const grant = one.grant ? fromBase64Url(one.grant) : undefined
      if (one.state !== 'active' || !key || !handle) return undefined
      return mint({ key, siteId, handle, at, n, step, ...(grant && { grant }) })
    }
    return undefined
  },

  /** The code to show now, with the time of the next. Nothing for a card that is held or stale. */
  code(bindingId: string): ShownCode | undefined {
    const now = clock.now()
    const step = all().find(({ credentials }) => credentials.some(({ id }) => id === bindingId))?.step ?? STEP
    const start = stepStart(now / 1000, step)
    const text = credential.mint(now, bindingId, counting(start).n)
    return text === undefined ? undefined : { text, step, nextChange: (start + step) * 1000 }
  },

  /**
   * Makes `code` give a fresh one within the same step: after a use, a screenshot, and in onShow. Every code is good
   * once, and a picture of it must not outlive it.
   */
  renew(): void {
    const start = stepStart(clock.now() / 1000, all()[0]?.step ?? STEP)
    const { n } = counting(start)
    count = { start, n: (n + 1) & 0xff }
    counted.set(count)
  },
}
