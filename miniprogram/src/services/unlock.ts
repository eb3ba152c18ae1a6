import { call, type Schema } from '../api/client'
import { Problem } from '../api/errors'
import { type ReasonCode, reasonCode } from '../domain/reason'
import { texts } from '../i18n'
import { listenForBeacons } from '../platform/beacon'
import { locate, locationConsent } from '../platform/location'
import { pause, within } from '../platform/timers'
import { clock } from './clock'
import { newKey } from './keys'

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
/** Longer than this nobody stands before a door; it then goes without. */
const EVIDENCE_MS = 3_500
const POLL_MS = 500
/** The server says `expired` a little after the deadline. */
const GRACE_MS = 2_000

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

async function order({ siteId, bindingId, doorId, beaconUuids = [] }: UnlockWish): Promise<Unlock> {
  const key = await newKey()
  const body: NewUnlock = {
    siteId,
    ...(bindingId && { bindingId }),
    ...(doorId && { doorId }),
    ...(await gather(beaconUuids)),
  }
  return follow(await call('POST', '/v1/unlocks', { key, body }))
}

/** Asks on until the door has answered or its time is over. A question that finds no answer is asked again. */
async function follow(first: Unlock): Promise<Unlock> {
  const { id, notAfter } = first
  let last = first
  while (id && notAfter && last.state === 'sent' && clock.now() < Date.parse(notAfter) + GRACE_MS) {
    await pause(POLL_MS)
    last = await call('GET', '/v1/unlocks/{id}', { params: { id } })
  }
  return last
}

function resultOf({ state, door, reason, text }: Unlock): UnlockResult {
  const named = door?.name ? { door: door.name } : {}
  if (state === 'acked') return { kind: 'opened', door: door?.name ?? '', text: text || texts('reasons').ok.title }
  const known = reasonCode(reason)
  const told = known === undefined || known === 'ok' ? 'door_not_opened' : known
  return { kind: 'refused', ...named, reason: told, text: text || texts('reasons')[told].title }
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
    try {
      return resultOf(await order(wish))
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      const doors = choiceOf(thrown)
      return doors === undefined ? { kind: 'problem', problem: thrown } : { kind: 'choose', doors }
    } finally {
      busy = false
    }
  },
}
