import { describe, expect, it } from 'vitest'
import { Problem } from '../src/api/errors'
import { fieldErrors, nextTry, noErrors, placed } from '../src/domain/form'
import { checkCode, checkPhone } from '../src/domain/validate'

const FIELDS = ['phone', 'code', 'password'] as const
const problem = (code: string, fields: Record<string, string> = {}) => new Problem(422, code, '整句话', { fields })

describe('a problem of the server', () => {
  it('is shown at the fields it names', () => {
    const shown = placed(problem('invalid', { phone: '手机号有误', password: '太短' }), FIELDS)
    expect(shown).toEqual({ whole: '', phone: '手机号有误', code: '', password: '太短' })
  })

  it('is mapped by other field names, and by the last part of nested ones', () => {
    const renamed = placed(problem('invalid', { newPassword: '太短' }), FIELDS, { fields: { newPassword: 'password' } })
    expect(renamed.password).toBe('太短')
    expect(placed(problem('invalid', { 'proof.password': '空的' }), FIELDS).password).toBe('空的')
  })

  it('is shown at the code if it is about the code', () => {
    for (const code of ['code-wrong', 'code-expired', 'code-exhausted', 'too-many-codes']) {
      expect(placed(problem(code), FIELDS)).toEqual({ ...noErrors(FIELDS), code: '整句话' })
    }
    expect(placed(problem('too-many-codes'), FIELDS, { codes: { 'too-many-codes': 'whole' } }).whole).toBe('整句话')
  })

  it('is shown above the form if it is about no field', () => {
    expect(placed(problem('offline'), FIELDS).whole).toBe('整句话')
    expect(placed(problem('invalid', { agreements: '缺少同意' }), FIELDS).whole).toBe('缺少同意')
    expect(placed(problem('code-wrong'), ['phone'] as const).whole).toBe('整句话')
  })

  it('gives a time for the next try only if the whole form has to wait', () => {
    const busy = new Problem(429, 'too-many', '整句话', { retryAfter: 30 })
    const whole = { ...noErrors(FIELDS), whole: '整句话' }
    expect(nextTry(busy, whole, 1000)).toBe(31_000)
    expect(nextTry(busy, { ...noErrors(FIELDS), code: '整句话' }, 1000)).toBe(0)
    expect(nextTry(problem('offline'), whole, 1000)).toBe(0)
  })
})

describe('typed values', () => {
  const words = new Proxy({} as never, { get: (_, name) => name })

  it('have an error at each wrong field only', () => {
    const errors = fieldErrors(FIELDS, { phone: checkPhone('123'), code: checkCode('') }, words)
    expect(errors).toEqual({ whole: '', phone: 'phone-wrong', code: 'code-empty', password: '' })
    expect(fieldErrors(FIELDS, { phone: checkPhone('13800001001'), code: checkCode('123456') }, words)).toBeUndefined()
  })
})
