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

/** A candidate door. */
export interface DoorChoice {
  id: string
  name: string
  /** Metres, if known. */
  distance?: number
}

/** The result of an unlock request. */
export type UnlockResult =
  /** The door reported that it opened: 已开门. `door` is its name, '' if it has none. */
  | { kind: 'opened'; door: string; text: string }
  /** The door did not open: 门未响应, or another reason. `text` is the server's text. */
  | { kind: 'refused'; door?: string; reason: ReasonCode; text: string }
  /** Several doors are near: ask the user, and call `open` again with the `doorId`. */
  | { kind: 'choose'; doors: DoorChoice[] }
  /** The request was rejected: too often, no such door, no network … `problem.message` is for the user. */
  | { kind: 'problem'; problem: Problem }
  /** The answer was lost: the door may be open. */
  | { kind: 'unknown' }
  /** Another unlock request is under way; nothing was sent. */
  | { kind: 'busy' }

/** What to open. */
export interface UnlockRequest {
  siteId: string
  /** The card to use; chosen by the server if undefined. */
  bindingId?: string
  /** The chosen door; if undefined, the doors nearby are candidates. */
  doorId?: string
  /** The UUIDs of the site's beacons. */
  beaconUuids?: string[]
}

type Evidence = Pick<NewUnlock, 'position' | 'beacons'>

const LISTEN_MS = 1_000
/** Limit for finding the position and beacons; the rest of the time is for the door. */
const EVIDENCE_MS = 2_500
/** The door must not open later than this after the shake: the user may have left. */
const WANTED_MS = 8_000
const POLL_MS = 500
/** An unlock command is valid for five seconds; a little later the server answers `expired`. */
const ORDER_MS = 7_000
/** A retry within this time after an unknown outcome repeats the same request. */
const SAME_MS = 10_000

let busy = false

async function whereWeAre(): Promise<Pick<Evidence, 'position'>> {
  // No permission dialog here: the page asks for the location beforehand.
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

async function unlockOnServer({ beaconUuids = [], ...request }: UnlockRequest): Promise<Unlock> {
  // `until` is by the phone's clock, `notAfter` by the server's.
  const notAfter = new Date(clock.now() + WANTED_MS).toISOString()
  const until = Date.now() + WANTED_MS
  const body: NewUnlock = { ...request, notAfter, ...(await gather(beaconUuids)) }
  return keyed('unlock', request, async (key) => follow(await sendRequest(key, body, until)), SAME_MS)
}

/** Sends the request, and repeats it while another under the same key is being processed. */
async function sendRequest(key: string, body: NewUnlock, until: number): Promise<Unlock> {
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
 * Polls until the door has answered or its time is over. Failed polls are repeated; if the last one
 * fails, the result is unknown.
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
  const code = known === undefined || known === 'ok' ? 'door_not_opened' : known
  // While the door has not answered, the server's text is 正在开门.
  const shownText = state === 'sent' ? '' : text
  return { kind: 'refused', ...named, reason: code, text: shownText || texts('reasons')[code].title }
}

/** The result that a failure means. Without a network nothing was sent. */
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

/** Opening a door without a reader, by shaking the phone or by a button. */
export const unlock = {
  /** Whether a request is under way. */
  busy(): boolean {
    return busy
  },

  /**
   * Opens a door. Resolves when the door has answered, at the latest some seconds after the deadline. Never fails.
   * Calls during another one return `busy`.
   */
  async open(request: UnlockRequest): Promise<UnlockResult> {
    if (busy) return { kind: 'busy' }
    busy = true
    const connected = network.connected()
    try {
      return resultOf(await unlockOnServer(request))
    } catch (thrown) {
      return failureOf(thrown, connected)
    } finally {
      busy = false
    }
  },
}
