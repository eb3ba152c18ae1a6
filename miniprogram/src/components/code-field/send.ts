import { fill } from '../../i18n/index'
import { type CodeAct, codes } from '../../services/codes'
import type { SentCode } from '../../services/sign-in'

/** A page with a code field. */
interface CodePage {
  setData(data: Record<string, unknown>): void
  /** Shows what went wrong, where it went wrong. */
  fail(thrown: unknown): void
  /** Shows what `codeShown` says. */
  showSent(): void
}

/** What a page shows of the code it asked for before: where it went, in `words`, and when the next may be asked for. */
export function codeShown(act: CodeAct, to: string, words: string): { sent: string; nextAt: number } {
  const last = codes.last(act)
  return { sent: last?.to === to ? fill(words, { to: last.sentTo }) : '', nextAt: codes.nextAt(act, to) }
}

/** Asks for a code while the page says that it does. What was typed of an older one goes once there is a new one. */
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
