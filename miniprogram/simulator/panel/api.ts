/** The control side of the server's simulators, as far as the panel needs it. */

export interface Message {
  kind: 'sms' | 'mail'
  to: string
  code: string
  at: string
}

export interface Door {
  id: string
  name: string
  open: boolean
  /** How often its lock was moved. */
  pulses: number
}

export interface Scanned {
  decision: 'grant' | 'deny'
  reason: string
  /** In the user's words. */
  text: string
  pulseMs: number
}

export interface DemoCard {
  siteId: string
  kind: 'member' | 'stored_value' | 'access'
  number: string
  phone: string
  holder: string
  plate: string | null
  shared: boolean
}

interface SentSms {
  phone: string
  code: string
  at: string
}

interface SentMail {
  to: string
  /** Not every mail has one. */
  code: string | null
  at: string
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`/_sim/${path}`, { cache: 'no-store', ...init })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

/** Whether the server has simulators and lets us see them. */
export async function isSimulated(): Promise<boolean> {
  const response = await fetch('/_sim/sms', { cache: 'no-store' })
  return response.status !== 404
}

/** Newest first. */
export async function messages(): Promise<Message[]> {
  const [sms, mail] = await Promise.all([ask<{ items: SentSms[] }>('sms'), ask<{ items: SentMail[] }>('mail')])
  const all: Message[] = [
    ...sms.items.map(({ phone, code, at }) => ({ kind: 'sms' as const, to: phone, code, at })),
    ...mail.items.flatMap(({ to, code, at }) => (code ? [{ kind: 'mail' as const, to, code, at }] : [])),
  ]
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

export const doors = (siteId: string) => ask<Door[]>(`doors?siteId=${siteId}`)

export const scan = (door: string, code: string) =>
  ask<Scanned>(`doors/${door}/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })

export const cards = async (siteId: string) => (await ask<{ items: DemoCard[] }>(`cards?siteId=${siteId}`)).items
