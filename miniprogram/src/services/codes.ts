import { asProblem } from '../api/errors'
import { countdown } from './countdown'
import { session } from './session'
import type { SentCode } from './sign-in'

/** A requested code. */
export interface RequestedCode {
  /** The phone, address or 车安通 ID it was requested for. */
  to: string
  challengeId: string
  /** Where it was sent, masked. */
  sentTo: string
}

/** The purposes of codes; each has its own resend wait. */
export type CodeAct = 'login' | 'register' | 'reset' | 'password' | 'phone' | 'email' | `proof-${string}`

interface StoredCode extends RequestedCode {
  until: number
}

const CODE_MS = 300_000
/** In memory only, so that a page finds the requested code when it is opened again. */
const requested = new Map<CodeAct, StoredCode>()
/** The recipient a resend wait applies to. */
const waitsFor = new Map<CodeAct, string>()

session.onWiped(() => {
  requested.clear()
  waitsFor.clear()
})

/** Codes sent to a phone or an address. */
export const codes = {
  /** Requests a code and starts the resend wait; a 429 answer sets its length. */
  async ask(act: CodeAct, to: string, send: () => Promise<SentCode>): Promise<RequestedCode> {
    try {
      const { challengeId, sentTo } = await send()
      const sent = { to, challengeId, sentTo }
      requested.set(act, { ...sent, until: Date.now() + CODE_MS })
      countdown.start(act)
      waitsFor.set(act, to)
      return sent
    } catch (thrown) {
      const { status, retryAfter } = asProblem(thrown)
      if (status === 429 && retryAfter !== undefined) {
        countdown.start(act, retryAfter)
        waitsFor.set(act, to)
      }
      throw thrown
    }
  },

  /** The last requested code, if it can still be entered. */
  last(act: CodeAct): RequestedCode | undefined {
    const last = requested.get(act)
    return last !== undefined && last.until > Date.now() ? last : undefined
  },

  /** Deletes a code that was used or is invalid. */
  forget(act: CodeAct): void {
    requested.delete(act)
  },

  /** When another code may be requested, by the phone's clock; 0: now. Another recipient need not wait. */
  nextAt(act: CodeAct, to: string): number {
    const whose = waitsFor.get(act)
    const left = whose === undefined || whose === to ? countdown.left(act) : 0
    return left === 0 ? 0 : Date.now() + left * 1000
  },
}
