import { call, type Schema } from '../api/client'
import { Problem } from '../api/errors'
import { deviceField } from '../platform/device'

export type Agreement = Schema<'NewAgreement'>
export type ConsentPurpose = Schema<'ConsentPurpose'>
export type ConsentText = Awaited<ReturnType<typeof consentApi.texts>>[number]
export type Consent = Awaited<ReturnType<typeof consentApi.list>>[number]

/** The consent routes of the API. Pages agree and withdraw through `consent`, which also stops the codes. */
export const consentApi = {
  /** The privacy policy and the terms, with the versions to agree to. */
  async texts() {
    return (await call('GET', '/v1/auth/consent-texts')).items
  },

  /** What the user agreed to, and when. */
  async list() {
    return (await call('GET', '/v1/me/consents')).items
  },

  /** Agrees to texts in the versions that were shown. */
  async agree(agreements: Agreement[]): Promise<void> {
    await call('POST', '/v1/me/consents', { body: { agreements, ...deviceField() } })
  },

  /** Withdraws a consent; succeeds also when it is withdrawn already. */
  async withdraw(purpose: ConsentPurpose): Promise<void> {
    try {
      await call('DELETE', '/v1/me/consents/{purpose}', { params: { purpose } })
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'consent-not-given') throw problem
    }
  },
}
