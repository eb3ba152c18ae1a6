/** Reasons of access decisions, with the server's names. */
export const reasonCodes = [
  'ok',
  'not_yet_valid',
  'expired',
  'not_approved',
  'rejected',
  'revoked',
  'card_lost',
  'card_frozen',
  'card_expired',
  'binding_suspended',
  'wrong_site',
  'door_not_allowed',
  'outside_schedule',
  'used_up',
  'replayed',
  'stale_code',
  'clock_skew',
  'bad_code',
  'blocked',
  'lockdown',
  'door_offline',
  'device_busy',
  'door_not_opened',
] as const

export type ReasonCode = (typeof reasonCodes)[number]

/** A reason code; undefined for one that this version does not know. */
export function reasonCode(name: string | null | undefined): ReasonCode | undefined {
  return reasonCodes.find((code) => code === name)
}
