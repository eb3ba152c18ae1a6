import { asProblem } from '../api/errors'
import { countdown } from './countdown'
import { session } from './session'
import type { SentCode } from './sign-in'

/** A code that was asked for. */
export interface Asked {
  /** For which phone, address or 车安通 ID. */
  to: string
  challengeId: string
  /** Where it went, masked. */
  sentTo: string
}

/** For what codes are asked; each has a wait of its own. */
export type CodeAct = 'login' | 'register' | 'reset' | 'password' | 'phone' | 'email' | `proof-${string}`

interface Kept extends Asked {
  until: number
}

const CODE_MS = 300_000
/** Kept in memory alone: whoever leaves the page comes back to the same code. */
const asked = new Map<CodeAct, Kept>()
/** To whom the wait belongs. */
const waitsFor = new Map<CodeAct, string>()

session.onWiped(() => {
  asked.clear()
  waitsFor.clear()
})

/** Codes on their way to a phone or an address. */
export const codes = {
  /** Asks for one and begins the wait for the next; the server says how long when it was too soon. */
  async ask(act: CodeAct, to: string, send: () => Promise<SentCode>): Promise<Asked> {
    try {
      const { challengeId, sentTo } = await send()
      const sent = { to, challengeId, sentTo }
      asked.set(act, { ...sent, until: Date.now() + CODE_MS })
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

  /** The code that was asked for and can still be entered. */
  last(act: CodeAct): Asked | undefined {
    const last = asked.get(act)
    return last !== undefined && last.until > Date.now() ? last : undefined
  },

  /** It was used, or is no good any more. */
  forget(act: CodeAct): void {
    asked.delete(act)
  },

  /** When another may be asked for, by the phone's clock; 0: now. Whoever has somewhere else to send it need not wait. */
  nextAt(act: CodeAct, to: string): number {
    const whose = waitsFor.get(act)
    const left = whose === undefined || whose === to ? countdown.left(act) : 0
    return left === 0 ? 0 : Date.now() + left * 1000
  },
}
