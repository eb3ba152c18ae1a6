import type { Problem } from '../../api/errors'
import type { ResultKind } from '../../components/result-overlay/index'
import type { ReasonCode } from '../../domain/reason'
import { texts } from '../../i18n/index'
import type { UnlockResult } from '../../services/unlock'

/** The result of an unlock request, ready for `setData`. */
export interface ShownResult {
  kind: ResultKind
  title: string
  door: string
  text: string
  /** The reason at which the help page opens. */
  help: ReasonCode | 'shake'
}

export const noResult: ShownResult = { kind: '', title: '', door: '', text: '', help: 'shake' }

/** Shown while the request is under way. */
export function working(): ShownResult {
  return { ...noResult, kind: 'working', title: texts('home').opening }
}

/** The server's text; without a network, what still works. */
function wordsOf({ message, offline }: Problem): string {
  return offline ? `${message}${texts('home').codeStillWorks}` : message
}

/** What to show for a result; nothing for `choose`. */
export function shownResult(result: UnlockResult): ShownResult {
  const t = texts('home')
  switch (result.kind) {
    case 'opened':
      return { ...noResult, kind: 'opened', title: t.opened, door: result.door, help: 'ok' }
    case 'refused': {
      const { reason, door = '' } = result
      const { title, todo } = texts('reasons')[reason]
      const kind = reason === 'door_not_opened' ? 'silent' : 'refused'
      return { kind, title: result.text || title, door, text: todo, help: reason }
    }
    case 'unknown':
      return { ...noResult, kind: 'silent', title: t.unknown, text: t.unknownHint }
    case 'problem':
      return { ...noResult, kind: 'refused', title: t.refused, text: wordsOf(result.problem) }
    default:
      return noResult
  }
}
