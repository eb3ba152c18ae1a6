import type { Problem } from '../api/errors'
import type { Checked, ValidationError } from './validate'

/** The errors of a form, per field and overall; '' for none. */
export type Errors<Field extends string> = Record<Field | 'whole', string>

/** Nothing wrong. */
export function noErrors<Field extends string>(fields: readonly Field[]): Errors<Field> {
  const errors = { whole: '' } as Errors<Field>
  for (const field of fields) errors[field as Field | 'whole'] = ''
  return errors
}

/** Problem codes that are about the verification code. */
const OF_CODE = new Set([
  'code-wrong',
  'code-expired',
  'code-used',
  'code-exhausted',
  'code-of-another-purpose',
  'too-many-codes',
  'codes-exhausted',
])

/** At which field a form shows the server's problems. */
export interface Places<Field extends string> {
  /** By the server's field name, if it differs from the form's. */
  fields?: Partial<Record<string, Field>>
  /** By the code of the problem. */
  codes?: Partial<Record<string, Field | 'whole'>>
}

/**
 * Assigns a problem to form fields: to the fields it names, to the field its code is about, else
 * to the whole form.
 */
export function placed<Field extends string>(
  problem: Problem,
  fields: readonly Field[],
  places: Places<Field> = {},
): Errors<Field> {
  const errors = noErrors(fields)
  const known = (name: string): Field | undefined => fields.find((field) => field === name)
  let found = false
  for (const [name, message] of Object.entries(problem.fields)) {
    const field = places.fields?.[name] ?? known(name) ?? known(name.split('.').pop() ?? '')
    if (field === undefined) continue
    errors[field as Field | 'whole'] ||= message
    found = true
  }
  if (found) return errors
  const field = places.codes?.[problem.code] ?? (OF_CODE.has(problem.code) ? known('code') : undefined)
  errors[field ?? 'whole'] = Object.values(problem.fields)[0] ?? problem.message
  return errors
}

/** When another try is possible, on the clock of `now` (ms); 0: now, or only a field is wrong. */
export function nextTry<Field extends string>(problem: Problem, errors: Errors<Field>, now: number): number {
  const { retryAfter } = problem
  return retryAfter !== undefined && errors.whole !== '' ? now + retryAfter * 1000 : 0
}

/** The error texts of typed values; undefined if all are valid. */
export function fieldErrors<Field extends string>(
  fields: readonly Field[],
  checks: Partial<Record<Field, Checked>>,
  words: Record<ValidationError, string>,
): Errors<Field> | undefined {
  const errors = noErrors(fields)
  let wrong = false
  for (const field of fields) {
    const error = checks[field]?.error
    if (error === undefined) continue
    errors[field as Field | 'whole'] = words[error]
    wrong = true
  }
  return wrong ? errors : undefined
}
