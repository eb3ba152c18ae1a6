import { emitter, type Unsubscribe } from '../domain/events'

/** Answers WeChat's privacy question. `buttonId` is the tapped `agreePrivacyAuthorization` button. */
export type Decide = (decision: { agreed: true; buttonId: string } | { agreed: false }) => void

/** Missing in the typings. */
type Resolve = (event: { event: 'exposureAuthorization' | 'agree' | 'disagree'; buttonId?: string }) => void

const asked = emitter<Decide>()
const unheard = emitter<void>()
/** The pending answers to WeChat. */
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

/** WeChat's own consent to its privacy guide (用户隐私保护指引). The server's texts are `consentApi.texts`. */
export const privacy = {
  /** Whether the user must still agree. False in WeChat versions without this feature. */
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
   * Called when an API needs the consent: show the dialog and answer for all pending calls. Leaving without an
   * answer counts as a refusal.
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

  /** Called when a call was refused because no page could ask the user. */
  onUnheard(listener: () => void): Unsubscribe {
    return unheard.on(listener)
  },

  /** Asks for consent now; resolves to whether the user agreed. */
  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      if (typeof wx.requirePrivacyAuthorize !== 'function') return resolve(true)
      wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
    })
  },
}
