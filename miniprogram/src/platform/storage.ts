/**
 * What the phone remembers. WeChat keeps storage apart for each of its users, so another WeChat user on the same phone
 * finds nothing of this one's.
 */

/** `account`: gone when the account signs out or another signs in. `device`: stays. */
export type Scope = 'account' | 'device'

/** One remembered value. */
export interface Slot<T> {
  /** The value, if there is one of this version. */
  get(): T | undefined
  /** Remembers it; false when the phone has no room. */
  set(value: T): boolean
  remove(): void
}

const PREFIX = 'km'

/** The keys of the account that this start knows of. */
const ofAccount = new Set<string>()

function keyOf(scope: Scope, name: string): string {
  return `${PREFIX}.${scope}.${name}`
}

/** Removes a value, or empties it. What can be neither is overwritten by the next sign-in. */
function erase(key: string): void {
  for (const way of [() => wx.removeStorageSync(key), () => wx.setStorageSync(key, '')]) {
    try {
      way()
      return
    } catch {
      // the next way
    }
  }
}

/** A place in storage. A value of another version, or one that `valid` does not take, counts as none. */
export function slot<T>(
  scope: Scope,
  name: string,
  version: number,
  valid: (value: T) => boolean = () => true,
): Slot<T> {
  const key = keyOf(scope, name)
  if (scope === 'account') ofAccount.add(key)
  return {
    get() {
      try {
        const stored: unknown = wx.getStorageSync(key)
        if (typeof stored !== 'string' || stored === '') return undefined
        const { v, d } = JSON.parse(stored) as { v?: number; d?: T }
        return v === version && d !== undefined && d !== null && valid(d) ? d : undefined
      } catch {
        return undefined
      }
    },
    set(value) {
      try {
        wx.setStorageSync(key, JSON.stringify({ v: version, d: value }))
        return true
      } catch {
        return false
      }
    },
    remove() {
      erase(key)
    },
  }
}

/** Forgets everything of the account: what is known by name, and what an earlier start or version left. Never fails. */
export function wipeAccount(): void {
  for (const key of ofAccount) erase(key)
  try {
    for (const key of wx.getStorageInfoSync().keys) if (key.startsWith(keyOf('account', ''))) erase(key)
  } catch {
    // What this start does not know by name stays, and is read by nobody before the next sign-in.
  }
}
