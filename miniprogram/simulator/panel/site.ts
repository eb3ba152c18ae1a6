import { onPhone } from './phone'

export interface Site {
  id: string
  name: string
  position?: { lng: number; lat: number } | null
}

const KEY = 'panel:site'
const listeners: ((site: Site) => void)[] = []
let current: Site | undefined = remembered()

function remembered(): Site | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** The site the phone is at: what the server last told it. It survives a start without network. */
export function currentSite(): Site | undefined {
  return current
}

export function onSite(listener: (site: Site) => void): void {
  listeners.push(listener)
  if (current) listener(current)
}

function learn({ path, status, body }: SimResponse): void {
  if (status !== 200 || path !== '/v1/me/site') return
  const site = body as Site
  const isNew = site.id !== current?.id
  current = site
  localStorage.setItem(KEY, JSON.stringify(site))
  if (isNew) for (const listener of listeners) listener(site)
}

export function watchSite(): void {
  onPhone((sim) => sim.on('response', learn))
}
