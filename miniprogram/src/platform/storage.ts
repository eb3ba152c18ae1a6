/**
 * Persistent storage on the phone. WeChat separates the storage of its users, so another WeChat user on the same phone
 * cannot read it.
 */

/** `account`: deleted when the account signs out or another signs in. `device`: kept. */
export type Scope = 'account' | 'device'

/** One stored value. */
export interface Slot<T> {
  /** The value, if one of this version is stored. */
  get(): T | undefined
  /** Stores the value; false if that fails, as when storage is full. */
  set(value: T): boolean
  remove(): void
}

const PREFIX = 'km'

/** The keys of account scope that this start uses. */
const ofAccount = new Set<string>()

function keyOf(scope: Scope, name: string): string {
  return `${PREFIX}.${scope}.${name}`
}

/** Removes a value, or empties it if removal fails. If both fail, the next sign-in overwrites it. */
function erase(key: string): void {
  for (const way of [() => wx.removeStorageSync(key), () => wx.setStorageSync(key, '')]) {
    try {
      way()
      return
    } catch {
      // try the next way
    }
  }
}

/** Defines a stored value. Values of another version and values that `valid` rejects are ignored. */
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

/** Deletes all values of account scope, including those of earlier starts and versions. Never fails. */
export function wipeAccount(): void {
  for (const key of ofAccount) erase(key)
  try {
    for (const key of wx.getStorageInfoSync().keys) if (key.startsWith(keyOf('account', ''))) erase(key)
  } catch {
    // Unknown keys stay; nothing reads them before the next sign-in.
  }
}
