import { texts } from '../i18n'

/** An error with a text for the user. Everything in `api/` and `services/` fails with this type. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** Stable; what code matches on (docs/API.md). Ours: `offline`, `cancelled`, `unavailable`, `wechat-refused`. */
  readonly code: string
  /** Errors per form field, in the server's words. */
  readonly fields: Readonly<Record<string, string>>
  /** Seconds to wait before another try. */
  readonly retryAfter?: number
  /** The request id, for support. */
  readonly requestId?: string
  /** The whole answer, with extension members. */
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

  /** No answer came: no network, or too slow. */
  get offline(): boolean {
    return this.code === 'offline'
  }

  /** The request was cancelled; nothing to show to the user. */
  get cancelled(): boolean {
    return this.code === 'cancelled'
  }
}

/** Optional members of a problem. */
export interface ProblemDetails {
  fields?: Record<string, string>
  retryAfter?: number
  requestId?: string
  body?: Record<string, unknown>
}

/** Converts anything thrown into a problem. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem(0, 'unexpected', texts('common').unexpected)
}
