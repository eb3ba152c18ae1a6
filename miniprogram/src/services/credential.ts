import { call } from '../api/client'
import { asProblem, type Problem } from '../api/errors'
import { emitter, type Unsubscribe } from '../domain/events'
import { type ReasonCode, reasonCode } from '../domain/reason'
import { dayOf } from '../domain/token'
import { network } from '../platform/network'
import { every } from '../platform/timers'
import { type CardKind, card } from './card'
import { clock } from './clock'
import { consent } from './consent'
import { type Credential, credentialStore, keyOf, type SiteCredentials } from './credential-store'
import { session } from './session'
import { site } from './site'

/**
 * The state of a card's code. `ready` · `offline`: usable, the network is away (离线可用) · `stale`: no key for
 * today (请联网刷新) · `refused`: the card is not accepted, see `reason`.
 */
export type CodeState = 'ready' | 'offline' | 'stale' | 'refused'

/** A card whose code can be shown, or why it cannot. */
export interface CodeCard {
  bindingId: string
  /** The kind of the card; undefined before the list of cards was fetched. */
  kind?: CardKind
  /** Masked. */
  number?: string
  state: CodeState
  /** Why the card is refused; `ok` otherwise. Texts: `texts('reasons')[reason]`. */
  reason: ReasonCode
}

/** The codes of a site. */
export interface CodeView {
  /**
   * `unknown`: never fetched. `none`: no card bound (去绑定 / 我是访客). `cards`: see `cards`. `withdrawn`: no codes
   * until the user agrees again (重新同意后可用).
   */
  state: 'unknown' | 'none' | 'cards' | 'withdrawn'
  siteId: string
  cards: CodeCard[]
  /** When last fetched, by the server's clock, milliseconds; 0 for never. */
  fetchedAt: number
  /** Why the last fetch failed, if it did. */
  problem?: Problem
}

const HOUR_MS = 3_600_000
/** Interval of fetches while a code is on the screen. */
const WATCH_MS = 30_000
/** A page that is shown again within this time does not fetch. */
const FRESH_MS = 10_000

const changed = emitter<CodeView>()
const fetching = new Map<string, Promise<CodeView>>()
const problems = new Map<string, Problem>()

/** Incremented when handles or cards changed, to ignore answers to requests sent before. */
let generation = 0

/** Makes pending fetches ignore their answers and fetch again. */
function outdate(): void {
  generation += 1
  fetching.clear()
}

session.onWiped(() => {
  problems.clear()
  outdate()
})

session.onRekeyed(() => {
  outdate()
  for (const one of credentialStore.all())
    credentialStore.save({ ...one, fetchedAt: 0, credentials: one.credentials.map((each) => ({ ...each, keys: [] })) })
  const here = site.current()?.id
  if (here) credential.refresh(here).catch(() => undefined)
})

consent.subscribe((withdrawn) => {
  outdate()
  problems.clear()
  const sites = credentialStore.all().map(({ siteId }) => siteId)
  if (withdrawn) credentialStore.clear()
  const here = site.current()?.id
  for (const siteId of new Set(here ? [here, ...sites] : sites)) changed.emit(credential.view(siteId))
  if (here && !withdrawn) credential.refresh(here).catch(() => undefined)
})

card.onBindingEnded((bindingId) => {
  outdate()
  for (const one of credentialStore.all().filter(({ credentials }) => credentials.some(({ id }) => id === bindingId))) {
    credentialStore.save({ ...one, credentials: one.credentials.filter(({ id }) => id !== bindingId) })
    changed.emit(credential.view(one.siteId))
  }
})

card.subscribe((cards) => {
  const here = site.current()?.id
  const known = here === undefined ? [] : (credentialStore.of(here)?.credentials ?? [])
  const unknown = cards.some(({ id, siteId, state }) => {
    return siteId === here && state === 'bound' && known.every((one) => one.id !== id)
  })
  if (!unknown || !here) return
  // A card was just bound: fetch its keys. If that fails, they are fetched when the code is shown.
  outdate()
  credential.refresh(here).catch(() => undefined)
})

function stateOf(one: Credential, siteId: string): Pick<CodeCard, 'state' | 'reason'> {
  if (one.state !== 'active') return { state: 'refused', reason: refusalReason(one) }
  if (!keyOf(one, dayOf(clock.now() / 1000))) return { state: 'stale', reason: 'stale_code' }
  const away = !network.connected() || problems.get(siteId)?.offline === true
  return { state: away ? 'offline' : 'ready', reason: 'ok' }
}

function refusalReason({ reason }: Credential): ReasonCode {
  const known = reasonCode(reason)
  return known === undefined || known === 'ok' ? 'binding_suspended' : known
}

function due(one: SiteCredentials | undefined): boolean {
  if (one === undefined) return true
  const now = clock.now()
  const passed = now - one.fetchedAt
  return passed > HOUR_MS || passed < 0 || dayOf(now / 1000) !== dayOf(one.fetchedAt / 1000)
}

async function load(siteId: string): Promise<CodeView> {
  const begun = generation
  const sentAt = Date.now()
  try {
    // Otherwise the server, not knowing of the withdrawal, would return keys.
    if (consent.hasPending()) await consent.sendPending()
    const fetched = await call('GET', '/v1/sites/{id}/credentials', { params: { id: siteId } })
    if (generation !== begun) return await credential.refresh(siteId)
    consent.confirmed()
    const fetchedAt = Date.parse(fetched.serverTime)
    clock.learn({ server: fetchedAt, sentAt, receivedAt: Date.now() })
    problems.delete(siteId)
    credentialStore.save({ siteId, step: fetched.step, credentials: fetched.credentials, fetchedAt })
  } catch (thrown) {
    if (generation === begun) problems.set(siteId, asProblem(thrown))
    throw thrown
  } finally {
    changed.emit(credential.view(siteId))
  }
  return credential.view(siteId)
}

/**
 * The credentials of the user's cards by site, kept up to date. The keys of today and tomorrow are stored on the phone;
 * views never contain them.
 */
export const credential = {
  /** The state of a site's codes, synchronously and offline. */
  view(siteId: string): CodeView {
    const one = credentialStore.of(siteId)
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

  /** Called when the state of a site's codes may have changed. */
  subscribe(listener: (view: CodeView) => void): Unsubscribe {
    return changed.on(listener)
  },

  /** Fetches the keys now. Simultaneous calls share one request. Fails with a `Problem`; stored keys are kept. */
  refresh(siteId: string): Promise<CodeView> {
    const under = fetching.get(siteId)
    if (under !== undefined) return under
    const run = load(siteId).finally(() => {
      if (fetching.get(siteId) === run) fetching.delete(siteId)
    })
    fetching.set(siteId, run)
    return run
  },

  /** Fetches the keys if they are missing, more than an hour old, or of another day. Never fails. */
  async refreshIfDue(siteId: string): Promise<CodeView> {
    if (due(credentialStore.of(siteId))) await credential.refresh(siteId).catch(() => undefined)
    return credential.view(siteId)
  },

  /**
   * For pages that show codes: fetches now unless that was a moment ago, then every 30 seconds and when the network comes
   * back, so that the code of a lost or unbound card disappears. Changes are reported through
   * `subscribe`. Returns a function that stops it: call it in onHide and onUnload.
   */
  watch(siteId: string): () => void {
    const ask = (): void => {
      if (network.connected()) credential.refresh(siteId).catch(() => undefined)
    }
    const passed = clock.now() - (credentialStore.of(siteId)?.fetchedAt ?? 0)
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
}
