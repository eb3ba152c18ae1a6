import { texts } from '../i18n'

/** What went wrong, in words the user can read. Everything that fails in `api/` and `services/` fails with this. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Stable; what code matches on (docs/API.md). Ours: `offline`, `cancelled`, `unavailable`, `wechat-refused`. */
  readonly code: string
  /** Per field of the form, what is wrong with it, in the server's words. */
  readonly fields: Readonly<Record<string, string>>
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number
  /** Names the request to those who run the server. */
  readonly requestId?: string
  /** The whole answer, with the extensions of its kind. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, more: ProblemDetails = {}) {
    super(message)
    this.status = status
    this.code = code
    this.fields = more.fields ?? {}
    this.body = more.body ?? {}
    if (more.retryAfter !== undefined) this.retryAfter = more.retryAfter
    if (more.requestId !== undefined) this.requestId = more.requestId
  }

  /** No answer came: the network is away, or too slow. */
  get offline(): boolean {
    return this.code === 'offline'
  }

  /** The caller gave up; nothing to tell the user. */
  get cancelled(): boolean {
    return this.code === 'cancelled'
  }
}

/** What a problem may also carry. */
export interface ProblemDetails {
  fields?: Record<string, string>
  retryAfter?: number
  requestId?: string
  body?: Record<string, unknown>
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem(0, 'unexpected', texts('common').unexpected)
}
