import { type Agreement, type ConsentText, consentApi } from './consent-api'

let loading: Promise<ConsentText[]> | undefined

/** A text without the headline it begins with, for where that stands above it already. */
export function withoutTitle(body: string): string {
  return body.replace(/^\s*# [^\n]*\n+/, '')
}

/** The privacy policy and the terms, fetched once. */
export const consentTexts = {
  /** Them all. Fails with a `Problem`; the next call tries again. */
  load(): Promise<ConsentText[]> {
    loading ??= consentApi.texts().catch((problem: unknown) => {
      loading = undefined
      throw problem
    })
    return loading
  },

  /** What agreeing to all of them means: the versions that were shown. */
  async agreements(): Promise<Agreement[]> {
    return (await consentTexts.load()).map(({ purpose, version }) => ({ purpose, version }))
  },

  /** They have changed: the next call fetches them anew. */
  forget(): void {
    loading = undefined
  },
}
