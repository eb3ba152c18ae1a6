import { texts } from '../i18n'
import type { RawAnswer } from '../platform/http'
import { Problem, type ProblemDetails } from './errors'

interface Field {
  field: string
  message: string
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isField(value: unknown): value is Field {
  return isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string'
}

/** The problem in an answer (RFC 9457). Anything else, such as a proxy's error page, is `unavailable`. */
export function problemOf(answer: RawAnswer): Problem {
  const body = isRecord(answer.body) ? answer.body : {}
  const { code, detail, requestId, errors } = body
  const id = typeof requestId === 'string' ? requestId : answer.headers['x-request-id']
  const retryAfter = secondsOf(answer.headers['retry-after'])
  const details: ProblemDetails = {
    body,
    fields: fieldsOf(errors),
    ...(id === undefined ? {} : { requestId: id }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
  if (typeof code !== 'string' || typeof detail !== 'string') {
    return new Problem(answer.status, 'unavailable', texts('common').unavailable, details)
  }
  return new Problem(answer.status, code, detail, details)
}

/** The first error of each field. */
function fieldsOf(errors: unknown): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const error of Array.isArray(errors) ? errors.filter(isField) : []) fields[error.field] ??= error.message
  return fields
}

function secondsOf(header: string | undefined): number | undefined {
  const seconds = Number(header)
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined
}
