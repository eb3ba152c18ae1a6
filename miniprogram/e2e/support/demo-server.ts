import type { ServerProcess } from './server'

/** A card that the demo server has issued. */
export interface DemoCard {
  siteId: string
  kind: 'member' | 'stored_value' | 'access'
  number: string
  phone: string
  holder: string
  plate: string | null
  balance: number | null
  shared: boolean
}

export interface Scanned {
  decision: 'grant' | 'deny'
  reason: string
  text: string
  pulseMs: number
}

export interface DemoDoor {
  id: string
  name: string
  open: boolean
  pulses: number
}

/** A client of the server's API and of its simulators. */
export class DemoServer {
  readonly base: string
  #used = new Set<string>()

  constructor(server: ServerProcess) {
    this.base = server.base
  }

  async ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(this.base + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  /** The headers of a WeChat user who signs in on another phone. */
  async signIn(openid: string): Promise<Record<string, string>> {
    const { code } = await this.ask<{ code: string }>('POST', '/_sim/wechat/codes', { openid })
    const { accessToken } = await this.ask<{ accessToken: string }>('POST', '/v1/auth/login/wechat', { code })
    return { authorization: `Bearer ${accessToken}` }
  }

  /** The id of the site of this name. */
  async site(name: string): Promise<string> {
    const path = `/v1/sites?q=${encodeURIComponent(name)}`
    const headers = await this.signIn('looks-around')
    const found = await this.ask<{ items: { id: string; name: string }[] }>('GET', path, undefined, headers)
    const site = found.items.find((one) => one.name === name)
    if (!site) throw new Error(`there is no site ${name}`)
    return site.id
  }

  /** Makes an administrator of the site. */
  async administrator(site: string): Promise<Administrator> {
    const headers = await this.signIn(`runs-${site}`)
    const { number } = await this.ask<{ number: string }>('GET', '/v1/me', undefined, headers)
    await this.ask('POST', '/_sim/roles', { number, siteId: site })
    return new Administrator(this, site, headers)
  }

  /** A card of this site and kind that no other test has. */
  async card(site: string, kind: DemoCard['kind']): Promise<DemoCard> {
    const { items } = await this.ask<{ items: DemoCard[] }>('GET', `/_sim/cards?siteId=${site}`)
    const card = items.find((one) => one.kind === kind && !one.shared && !this.#used.has(one.number))
    if (!card) throw new Error(`no ${kind} card is left`)
    this.#used.add(card.number)
    return card
  }

  /** The number of codes sent to a phone. */
  async received(phone: string): Promise<number> {
    return (await this.#sent(phone)).length
  }

  /** Waits until more than `others` codes were sent to a phone, and returns the last one. */
  async sms(phone: string, others = 0): Promise<string> {
    for (;;) {
      const sent = await this.#sent(phone)
      const code = sent[0]?.code
      if (sent.length > others && code) return code
      await new Promise((again) => setTimeout(again, 30))
    }
  }

  async #sent(phone: string): Promise<{ code: string }[]> {
    return (await this.ask<{ items: { code: string }[] }>('GET', `/_sim/sms?phone=${phone}`)).items
  }

  /** Binds a card to another account. */
  async takeOver({ siteId, kind, number, phone }: DemoCard, openid: string): Promise<void> {
    const headers = { ...(await this.signIn(openid)), 'idempotency-key': crypto.randomUUID() }
    const others = await this.received(phone)
    const request = { siteId, kind, number, phone }
    const { id } = await this.ask<{ id: string }>('POST', '/v1/card-bindings', request, headers)
    const code = await this.sms(phone, others)
    await this.ask('POST', `/v1/card-bindings/${id}/confirm`, { code }, headers)
  }

  doors(site: string): Promise<DemoDoor[]> {
    return this.ask('GET', `/_sim/doors?siteId=${site}`)
  }

  /** Scans a code at the reader of a door. */
  scan(door: string, code: string): Promise<Scanned> {
    return this.ask('POST', `/_sim/doors/${door}/scan`, { code })
  }

  fault(fault: Record<string, unknown>): Promise<void> {
    return this.ask('POST', '/_sim/faults', fault)
  }
}

/** The API client of a site administrator. */
export class Administrator {
  readonly #server: DemoServer
  readonly #site: string
  readonly #headers: Record<string, string>

  constructor(server: DemoServer, site: string, headers: Record<string, string>) {
    this.#server = server
    this.#site = site
    this.#headers = headers
  }

  /** Changes the access rules. */
  async rule(change: (document: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
    const path = `/v1/sites/${this.#site}/access`
    const answer = await fetch(this.#server.base + path, { headers: this.#headers })
    const document = (await answer.json()) as Record<string, unknown>
    const version = answer.headers.get('etag') ?? ''
    await this.#server.ask('PUT', path, change(document), { ...this.#headers, 'if-match': version })
  }

  /** Sets the state of a card. */
  async card(number: string, state: 'active' | 'lost' | 'frozen'): Promise<void> {
    let cursor = ''
    for (;;) {
      const path = `/v1/sites/${this.#site}/cards?limit=100${cursor && `&cursor=${cursor}`}`
      const part = await this.#server.ask<{ items: { id: string; number: string }[]; nextCursor?: string }>(
        'GET',
        path,
        undefined,
        this.#headers,
      )
      const id = part.items.find((card) => card.number === number)?.id
      if (id) return this.#server.ask('PUT', `/v1/sites/${this.#site}/cards/${id}/state`, { state }, this.#headers)
      if (!part.nextCursor) throw new Error(`there is no card ${number}`)
      cursor = part.nextCursor
    }
  }
}
