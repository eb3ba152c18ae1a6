import { onRefused } from '../api/exchange'
import { emitter, type Unsubscribe } from '../domain/events'
import { network } from '../platform/network'
import { slot } from '../platform/storage'
import { type Agreement, type ConsentPurpose, consentApi } from './consent-api'
import { type Account, myAccount } from './my-account'
import { session } from './session'

/** What the phone knows of a withdrawal. */
interface Kept {
  /** The service has ended until the user agrees again. */
  withdrawn: boolean
  /** Withdrawn on this phone, and the server does not know it yet. */
  unsent: ConsentPurpose[]
}

/** Answers of the server that were on their way when the user agreed are not believed for so long. */
const OUTDATED_MS = 10_000
const NOTHING: Kept = { withdrawn: false, unsent: [] }

const stored = slot<Kept>('account', 'consent', 1, ({ withdrawn, unsent }) => {
  return typeof withdrawn === 'boolean' && Array.isArray(unsent)
})
const changed = emitter<boolean>()

let kept: Kept | undefined
let agreedAt = Number.NEGATIVE_INFINITY
let sending: Promise<void> | undefined
let listening = false

function current(): Kept {
  if (kept === undefined) take(stored.get() ?? NOTHING)
  return kept ?? NOTHING
}

function take(next: Kept): void {
  kept = next
  if (listening || next.unsent.length === 0) return
  listening = true
  network.subscribe((connected) => {
    if (connected && session.state().signedIn) consent.settle().catch(() => undefined)
  })
}

function keep(next: Kept): void {
  const before = current().withdrawn
  take(next)
  if (next.withdrawn || next.unsent.length > 0) stored.set(next)
  else stored.remove()
  if (before !== next.withdrawn) changed.emit(next.withdrawn)
}

/** `consentsWithdrawn` is not told by servers of before. */
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

/** Whether the service may go on: a consent that was withdrawn ends it until the user agrees again. */
export const consent = {
  /** A consent is withdrawn, on this phone or elsewhere: nothing may be minted or opened. At once and offline. */
  withdrawn(): boolean {
    return current().withdrawn
  },

  /** Is told when the service ends or may go on. */
  subscribe(listener: (withdrawn: boolean) => void): Unsubscribe {
    return changed.on(listener)
  },

  /**
   * Withdraws a consent. The phone obeys at once; true when the server knows, too. Without a network it is told later:
   * `settle`.
   */
  async withdraw(purpose: ConsentPurpose): Promise<boolean> {
    const unsent = [...current().unsent.filter((one) => one !== purpose), purpose]
    keep({ withdrawn: true, unsent })
    return consent.settle().then(
      () => true,
      () => false,
    )
  },

  /** Whether there is a withdrawal that the server does not know yet. */
  owes(): boolean {
    return current().unsent.length > 0
  },

  /** Tells the server what it does not know yet. Fails with a `Problem`. */
  async settle(): Promise<void> {
    if (!consent.owes()) return
    sending ??= sendUnsent().finally(() => {
      sending = undefined
    })
    return sending
  },

  /** Agrees to texts in the versions that were shown. What else is withdrawn stays so. Fails with a `Problem`. */
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

  /** The server hands out keys: nothing is withdrawn but what it does not know yet. */
  confirmed(): void {
    if (!consent.owes()) keep(NOTHING)
  },
}
