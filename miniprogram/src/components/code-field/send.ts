import { fill } from '../../i18n/index'
import { type CodeAct, codes } from '../../services/codes'
import type { SentCode } from '../../services/sign-in'

/** A page with a code field. */
interface CodePage {
  setData(data: Record<string, unknown>): void
  /** Shows a problem at the field it belongs to. */
  fail(thrown: unknown): void
  /** Shows the result of `codeShown`. */
  showSent(): void
}

/** What a page shows of the last requested code: where it was sent, in `words`, and when the next may be requested. */
export function codeShown(act: CodeAct, to: string, words: string): { sent: string; nextAt: number } {
  const last = codes.last(act)
  return { sent: last?.to === to ? fill(words, { to: last.sentTo }) : '', nextAt: codes.nextAt(act, to) }
}

/** Requests a code and shows progress on the page. A typed older code is cleared when a new one was sent. */
export async function sendCode(page: CodePage, act: CodeAct, to: string, send: () => Promise<SentCode>): Promise<void> {
  page.setData({ busy: 'code' })
  try {
    await codes.ask(act, to, send)
    page.setData({ 'form.code': '' })
  } catch (thrown) {
    page.fail(thrown)
  }
  page.setData({ busy: '' })
  page.showSent()
}
