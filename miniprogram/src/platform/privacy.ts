import { emitter, type Unsubscribe } from '../domain/events'

/** Lets WeChat go on, or not. `buttonId` is that of the `agreePrivacyAuthorization` button that was tapped. */
export type Decide = (decision: { agreed: true; buttonId: string } | { agreed: false }) => void

/** The typings know nothing of what WeChat hands over here. */
type Resolve = (event: { event: 'exposureAuthorization' | 'agree' | 'disagree'; buttonId?: string }) => void

const asked = emitter<Decide>()
const unheard = emitter<void>()
/** What WeChat waits for. */
const pending = new Set<Resolve>()
let dialogs = 0
let listening = false

const decide: Decide = (decision) => {
  const event = decision.agreed
    ? { event: 'agree' as const, buttonId: decision.buttonId }
    : { event: 'disagree' as const }
  for (const resolve of pending) resolve(event)
  pending.clear()
}

function need(resolve: Resolve): void {
  pending.add(resolve)
  if (dialogs === 0) {
    decide({ agreed: false })
    unheard.emit()
    return
  }
  resolve({ event: 'exposureAuthorization' })
  asked.emit(decide)
}

/** WeChat's own consent to its privacy guide (用户隐私保护指引). The server's texts are `session.consentTexts`. */
export const privacy = {
  /** Whether the user has yet to agree. False where WeChat knows of no such thing. */
  needed(): Promise<boolean> {
    return new Promise((resolve) => {
      if (typeof wx.getPrivacySetting !== 'function') return resolve(false)
      wx.getPrivacySetting({
        success: ({ needAuthorization }) => resolve(needAuthorization),
        fail: () => resolve(false),
      })
    })
  },

  /**
   * Is told when something needs the consent first: show the dialog and decide, for all that wait. Whoever leaves
   * without deciding has said no: nothing is left hanging.
   */
  onNeeded(listener: (decide: Decide) => void): Unsubscribe {
    if (!listening && typeof wx.onNeedPrivacyAuthorization === 'function') {
      listening = true
      wx.onNeedPrivacyAuthorization((handed: unknown) => need(handed as Resolve))
    }
    dialogs += 1
    const leave = asked.on(listener)
    return () => {
      leave()
      dialogs -= 1
      decide({ agreed: false })
    }
  },

  /** Is told when something was refused because no page could ask the user. */
  onUnheard(listener: () => void): Unsubscribe {
    return unheard.on(listener)
  },

  /** Asks for the consent now; resolves to whether it was given. */
  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      if (typeof wx.requirePrivacyAuthorize !== 'function') return resolve(true)
      wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
    })
  },
}
