import { type Agreement, type ConsentText, consentApi } from './consent-api'

let loading: Promise<ConsentText[]> | undefined

/** A text without its first headline, for use below a title. */
export function withoutTitle(body: string): string {
  return body.replace(/^\s*# [^\n]*\n+/, '')
}

/** The privacy policy and the terms, fetched once. */
export const consentTexts = {
  /** All texts. Fails with a `Problem`; the next call tries again. */
  load(): Promise<ConsentText[]> {
    loading ??= consentApi.texts().catch((problem: unknown) => {
      loading = undefined
      throw problem
    })
    return loading
  },

  /** The agreements to all texts in the loaded versions. */
  async agreements(): Promise<Agreement[]> {
    return (await consentTexts.load()).map(({ purpose, version }) => ({ purpose, version }))
  },

  /** Drops the loaded texts: the next call fetches them again. */
  forget(): void {
    loading = undefined
  },
}
