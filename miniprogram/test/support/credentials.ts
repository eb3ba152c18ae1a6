import { credentialKeyOf, siteKeyOf, type Verifier } from './km1'

/** A site's keys on the server, and the ones sent to a phone. */

export const SITE_ID = '00112233-4455-6677-8899-aabbccddeeff'
export const BINDING_ID = '0197a0c0-0000-7000-8000-000000000001'
const site = Buffer.from(SITE_ID.replace(/-/g, ''), 'hex')
const siteKey = siteKeyOf(Buffer.alloc(32, 1), site, 1)
const handle = Buffer.from('a1b2c3d4e5f60718', 'hex')

export const verifier: Verifier = { siteKey, site }

/** A credential at a time (milliseconds): with the keys of two days, or without keys and with the reason. */
export function credentialAt(now: number, reason = 'ok', id = BINDING_ID) {
  const day = Math.floor(now / 86_400_000)
  const keyOf = (one: number) => ({ day: one, key: credentialKeyOf(siteKey, one, handle).toString('base64url') })
  const active = reason === 'ok'
  return {
    id,
    handle: handle.toString('base64url'),
    kind: 0,
    grant: null,
    state: active ? 'active' : 'refused',
    reason,
    keys: active ? [keyOf(day), keyOf(day + 1)] : [],
  }
}

/** The answer of `GET /v1/sites/{id}/credentials` at a time. */
export function credentialsAt(now: number, credentials = [credentialAt(now)]) {
  return { serverTime: new Date(now).toISOString(), step: 15, siteId: SITE_ID, credentials }
}
