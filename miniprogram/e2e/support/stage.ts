import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, onTestFailed } from 'vitest'
import { type DemoCard, DemoServer } from './demo-server'
import { openBrowser, Phone, type PhoneOptions } from './phone'
import { type ServerProcess, startServer } from './server'
import { freshPhone, SITE, User } from './user'

/** A phone and its user. */
export interface Actor {
  phone: Phone
  user: User
}

/** A user with a bound card, at the main screen. */
export interface Holder extends Actor {
  number: string
  site: string
  card: DemoCard
}

/** A position at the first door of the demo's first site. */
export const AT_THE_DOOR: SimState['location'] = {
  permission: 'granted',
  longitude: 112.93,
  latitude: 28.2,
  accuracy: 20,
}

/** A server and a browser for one test file. */
export class Stage {
  process!: ServerProcess
  browser!: Browser
  server!: DemoServer

  async phone(options: PhoneOptions = {}): Promise<Actor> {
    const phone = await Phone.open(this.browser, this.server, options)
    onTestFailed(({ task }) => phone.picture(`failed/${task.name}`).catch(() => undefined))
    return { phone, user: new User(phone) }
  }

  /** A user who has just registered. */
  async registered(options: PhoneOptions = {}): Promise<Actor & { number: string }> {
    const actor = await this.phone(options)
    const number = freshPhone()
    await actor.user.agreeToPrivacy()
    await actor.user.register(number)
    return { ...actor, number }
  }

  /** A user who has bound a card of the demo's first site. */
  async holder(options: PhoneOptions = {}, kind: DemoCard['kind'] = 'access'): Promise<Holder> {
    const actor = await this.registered({ ...options, state: { location: AT_THE_DOOR, ...options.state } })
    const site = await actor.user.chooseSite(SITE)
    const card = await this.server.card(site, kind)
    await actor.user.bind(card)
    await actor.user.home()
    return { ...actor, site, card }
  }
}

/** Starts a server and a browser for the tests of a file. */
export function stage(settings: Record<string, string> = {}): Stage {
  const set = new Stage()
  beforeAll(async () => {
    set.process = await startServer(settings)
    set.server = new DemoServer(set.process)
    set.browser = await openBrowser()
  })
  afterAll(async () => {
    await set.browser?.close()
    await set.process?.stop()
  })
  return set
}
