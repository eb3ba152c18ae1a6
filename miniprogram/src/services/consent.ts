import { onRefused } from '../api/exchange'
import { emitter, type Unsubscribe } from '../domain/events'
import { network } from '../platform/network'
import { slot } from '../platform/storage'
import { type Agreement, type ConsentPurpose, consentApi } from './consent-api'
import { type Account, myAccount } from './my-account'
import { session } from './session'

/** The state of a withdrawal on the phone. */
interface StoredConsent {
  /** Codes and unlocking are disabled until the user agrees again. */
  withdrawn: boolean
  /** Withdrawn on this phone and not sent to the server yet. */
  unsent: ConsentPurpose[]
}

/** For this time after agreeing, answers that say "withdrawn" are ignored: they may be older than the agreement. */
const OUTDATED_MS = 10_000
const NOTHING: StoredConsent = { withdrawn: false, unsent: [] }

const stored = slot<StoredConsent>('account', 'consent', 1, ({ withdrawn, unsent }) => {
  return typeof withdrawn === 'boolean' && Array.isArray(unsent)
})
const changed = emitter<boolean>()

let kept: StoredConsent | undefined
let agreedAt = Number.NEGATIVE_INFINITY
let sending: Promise<void> | undefined
let listening = false

function current(): StoredConsent {
  if (kept === undefined) take(stored.get() ?? NOTHING)
  return kept ?? NOTHING
}

function take(next: StoredConsent): void {
  kept = next
  if (listening || next.unsent.length === 0) return
  listening = true
  network.subscribe((connected) => {
    if (connected && session.state().signedIn) consent.sendPending().catch(() => undefined)
  })
}

function keep(next: StoredConsent): void {
  const before = current().withdrawn
  take(next)
  if (next.withdrawn || next.unsent.length > 0) stored.set(next)
  else stored.remove()
  if (before !== next.withdrawn) changed.emit(next.withdrawn)
}

/** Older servers do not send `consentsWithdrawn`. */
function lacks({ consentsWithdrawn = [] }: Account): boolean {
  return consentsWithdrawn.length > 0
}

/** The server says that a consent is withdrawn. */
function learn(): void {
  const passed = Date.now() - agreedAt
  if (passed < 0 || passed > OUTDATED_MS) keep({ ...current(), withdrawn: true })
}

async function sendUnsent(): Promise<void> {
  for (const purpose of current().unsent) {
    await consentApi.withdraw(purpose)
    keep({ ...current(), unsent: current().unsent.filter((one) => one !== purpose) })
  }
}

session.onWiped(() => {
  kept = NOTHING
  sending = undefined
  agreedAt = Number.NEGATIVE_INFINITY
})

myAccount.onFetched((account) => {
  if (lacks(account)) learn()
})

onRefused((problem) => {
  if (problem.code === 'consent-required') learn()
})

/** Withdrawn consents: codes and unlocking are disabled until the user agrees again. */
export const consent = {
  /** Whether a consent is withdrawn, on this phone or elsewhere. Synchronous and offline. */
  withdrawn(): boolean {
    return current().withdrawn
  },

  /** Called when `withdrawn` changes. */
  subscribe(listener: (withdrawn: boolean) => void): Unsubscribe {
    return changed.on(listener)
  },

  /**
   * Withdraws a consent, on the phone at once. True if the server has recorded it too; otherwise it is sent later by
   * `sendPending`.
   */
  async withdraw(purpose: ConsentPurpose): Promise<boolean> {
    const unsent = [...current().unsent.filter((one) => one !== purpose), purpose]
    keep({ withdrawn: true, unsent })
    return consent.sendPending().then(
      () => true,
      () => false,
    )
  },

  /** Whether a withdrawal was not sent to the server yet. */
  hasPending(): boolean {
    return current().unsent.length > 0
  },

  /** Sends pending withdrawals to the server. Fails with a `Problem`. */
  async sendPending(): Promise<void> {
    if (!consent.hasPending()) return
    sending ??= sendUnsent().finally(() => {
      sending = undefined
    })
    return sending
  },

  /** Agrees to texts in the versions that were shown. Other withdrawals remain. Fails with a `Problem`. */
  async agree(agreements: Agreement[]): Promise<void> {
    const agreed = agreements.map(({ purpose }) => purpose)
    // A withdrawal on its way must not arrive after the agreement.
    await sending?.catch(() => undefined)
    const before = current()
    const unsent = before.unsent.filter((one) => !agreed.includes(one))
    keep({ ...before, unsent })
    try {
      await consentApi.agree(agreements)
    } catch (thrown) {
      keep(before)
      throw thrown
    }
    const account = await myAccount.fetch().catch(() => undefined)
    const still = unsent.length > 0 || (account !== undefined && lacks(account))
    agreedAt = still ? Number.NEGATIVE_INFINITY : Date.now()
    keep({ withdrawn: still, unsent })
  },

  /** Called when the server returned keys: nothing is withdrawn except what was not sent yet. */
  confirmed(): void {
    if (!consent.hasPending()) keep(NOTHING)
  },
}
