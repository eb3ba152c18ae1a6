import { call, type Schema } from '../api/client'
import { asProblem, Problem } from '../api/errors'
import { type ReasonCode, reasonCode } from '../domain/reason'
import { texts } from '../i18n'
import { listenForBeacons } from '../platform/beacon'
import { locate, locationConsent } from '../platform/location'
import { network } from '../platform/network'
import { pause, within } from '../platform/timers'
import { clock } from './clock'
import { isUndecided, keyed, UNDER_WAY } from './keys'

type Unlock = Schema<'Unlock'>
type NewUnlock = Schema<'NewUnlock'>

/** A door that might be meant. */
export interface DoorChoice {
  id: string
  name: string
  /** Metres, where it is known. */
  distance?: number
}

/** What came of it. */
export type UnlockResult =
  /** The door said it opened: 已开门. `door` is its name, empty when it has none. */
  | { kind: 'opened'; door: string; text: string }
  /** It did not: 门未响应, or the reason. `text` is the server's own sentence. */
  | { kind: 'refused'; door?: string; reason: ReasonCode; text: string }
  /** Several doors might be meant: ask, and call `open` again with the `doorId`. */
  | { kind: 'choose'; doors: DoorChoice[] }
  /** The request was not taken: too often, no such door, no network … `problem.message` is for the user. */
  | { kind: 'problem'; problem: Problem }
  /** The door was asked, and nobody heard what it said: it may be open. */
  | { kind: 'unknown' }
  /** Another opening is under way; nothing was done. */
  | { kind: 'busy' }

/** What to open. */
export interface UnlockWish {
  siteId: string
  /** The card whose right it is; the server finds one when not said. */
  bindingId?: string
  /** The door that was chosen; candidates are those nearby when not said. */
  doorId?: string
  /** The beacons to listen for, where the site has some. */
  beaconUuids?: string[]
}

type Evidence = Pick<NewUnlock, 'position' | 'beacons'>

const LISTEN_MS = 1_000
/** Longer than this it goes without: asking the door needs the rest. */
const EVIDENCE_MS = 2_500
/** Longer than this after the shake nobody stands before the door: it shall open no more. */
const WANTED_MS = 8_000
const POLL_MS = 500
/** An order is good for five seconds; a little later the server says `expired`. */
const ORDER_MS = 7_000
/** Whoever tries again so soon after an unknown outcome means the same opening. */
const SAME_MS = 10_000

let busy = false

async function whereWeAre(): Promise<Pick<Evidence, 'position'>> {
  // A shake is no moment for a question: the page asks for the location beforehand.
  if ((await locationConsent()) !== 'granted') return {}
  const place = await locate()
  if (place.kind !== 'here') return {}
  const { lng, lat, accuracy } = place
  return { position: { lng, lat, accuracy } }
}

async function whatWeHear(uuids: string[]): Promise<Pick<Evidence, 'beacons'>> {
  const hearing = await listenForBeacons(uuids, LISTEN_MS)
  return hearing.kind === 'heard' && hearing.beacons.length > 0 ? { beacons: hearing.beacons } : {}
}

async function gather(uuids: string[]): Promise<Evidence> {
  const [where, what] = await Promise.all([
    within(EVIDENCE_MS, whereWeAre(), {}),
    within(EVIDENCE_MS, whatWeHear(uuids), {}),
  ])
  return { ...where, ...what }
}

async function order({ beaconUuids = [], ...wish }: UnlockWish): Promise<Unlock> {
  // Two clocks: the server is told by its own, which the phone may come to know better meanwhile.
  const notAfter = new Date(clock.now() + WANTED_MS).toISOString()
  const until = Date.now() + WANTED_MS
  const body: NewUnlock = { ...wish, notAfter, ...(await gather(beaconUuids)) }
  return keyed('unlock', wish, async (key) => follow(await request(key, body, until)), SAME_MS)
}

/** Sends the order, again while another of the same key is under way. */
async function request(key: string, body: NewUnlock, until: number): Promise<Unlock> {
  for (;;) {
    try {
      return await call('POST', '/v1/unlocks', { key, body, until })
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== UNDER_WAY) throw problem
      const wait = (problem.retryAfter ?? 1) * 1000
      if (Date.now() + wait >= until) throw problem
      await pause(wait)
    }
  }
}

/**
 * Asks on until the door has answered or its time is over. A question that finds no answer is asked again; when the last
 * one finds none, what became of the door stays unknown.
 */
async function follow(first: Unlock): Promise<Unlock> {
  const { id } = first
  const until = Date.now() + ORDER_MS
  let last = first
  let silence: Problem | undefined
  while (id && last.state === 'sent' && Date.now() + POLL_MS < until) {
    await pause(POLL_MS)
    try {
      last = await call('GET', '/v1/unlocks/{id}', { params: { id }, until })
      silence = undefined
    } catch (problem) {
      if (!(problem instanceof Problem) || !isUndecided(problem)) throw problem
      silence = problem
    }
  }
  if (silence !== undefined) throw silence
  return last
}

function resultOf({ state, door, reason, text }: Unlock): UnlockResult {
  const named = door?.name ? { door: door.name } : {}
  if (state === 'acked') return { kind: 'opened', door: door?.name ?? '', text: text || texts('reasons').ok.title }
  const known = reasonCode(reason)
  const told = known === undefined || known === 'ok' ? 'door_not_opened' : known
  // Of a door that has not answered the server says 正在开门.
  const said = state === 'sent' ? '' : text
  return { kind: 'refused', ...named, reason: told, text: said || texts('reasons')[told].title }
}

/** What a failure means for whoever stands before the door. Without a network nothing has left the phone. */
function failureOf(thrown: unknown, connected: boolean): UnlockResult {
  if (connected && isUndecided(thrown)) return { kind: 'unknown' }
  const problem = asProblem(thrown)
  const doors = choiceOf(problem)
  return doors === undefined ? { kind: 'problem', problem } : { kind: 'choose', doors }
}

function isChoice(value: unknown): value is DoorChoice {
  const door = value as Partial<DoorChoice> | null
  return typeof door?.id === 'string' && typeof door.name === 'string'
}

function choiceOf({ code, body }: Problem): DoorChoice[] | undefined {
  if (code !== 'choose-door' || !Array.isArray(body.doors)) return undefined
  return body.doors.filter(isChoice).map(({ id, name, distance }) => {
    return { id, name, ...(typeof distance === 'number' && { distance }) }
  })
}

/** Opening without a reader: by shaking the phone or by the button that does the same. */
export const unlock = {
  /** Whether an opening is under way. */
  busy(): boolean {
    return busy
  },

  /**
   * Opens a door and resolves when the door has answered, at the latest some seconds after its deadline. Never fails.
   * One at a time: whoever calls meanwhile gets `busy`.
   */
  async open(wish: UnlockWish): Promise<UnlockResult> {
    if (busy) return { kind: 'busy' }
    busy = true
    const connected = network.connected()
    try {
      return resultOf(await order(wish))
    } catch (thrown) {
      return failureOf(thrown, connected)
    } finally {
      busy = false
    }
  },
}
