/** Why a decision to open was what it was: the names the server, the doors and the screens share. */
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

/** The code in what the server said; none for one that came into use after this version of ours. */
export function reasonCode(name: string | null | undefined): ReasonCode | undefined {
  return reasonCodes.find((code) => code === name)
}
