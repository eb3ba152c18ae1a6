import { beforeEach, describe, expect, it } from 'vitest'
import {
  checkCardNumber,
  checkCode,
  checkEmail,
  checkIdentifier,
  checkNewPassword,
  checkPhone,
  checkRepeated,
  type ValidationError,
} from '../src/domain/validate'
import { freshPhone } from './fake-wx'

/** The cases are the server's own (crates/kernel, crates/auth). */

const bad = (error: ValidationError) => ({ error })
const good = (value: string) => ({ value })

describe('a phone', () => {
  it.each(['13800000001', ' 138 0000 0001', '138-0000-0001', '+8613800000001', '１３８０００００００１'])(
    '%s',
    (text) => {
      expect(checkPhone(text)).toEqual(good('13800000001'))
    },
  )

  it.each(['12800000001', '1380000000', '138000000011', '1380000000a', '+4413800000001', '138\n00000001'])(
    'not %j',
    (text) => {
      expect(checkPhone(text)).toEqual(bad('phone-wrong'))
    },
  )

  it('that is empty', () => {
    expect(checkPhone('　 ')).toEqual(bad('phone-empty'))
  })
})

describe('the other fields', () => {
  it('a code has six digits', () => {
    for (const text of ['012345', ' 012 345 ', '０１２３４５']) expect(checkCode(text)).toEqual(good('012345'))
    for (const text of ['12345', '1234567', '12345a']) expect(checkCode(text)).toEqual(bad('code-wrong'))
    expect(checkCode('')).toEqual(bad('code-empty'))
  })

  it('one field takes 车安通 ID, phone and e-mail', () => {
    expect(checkIdentifier(' 138 0000 1001')).toEqual(good('13800001001'))
    expect(checkIdentifier('Zhang@Example.com')).toEqual(good('zhang@example.com'))
    expect(checkIdentifier('1000 0007')).toEqual(good('10000007'))
    for (const text of ['zhang', '12800001001', '123']) expect(checkIdentifier(text)).toEqual(bad('identifier-wrong'))
    for (const text of ['a@b', 'a\n@x.cn', '@x.cn', 'a..b@x.cn', 'a@-x.cn']) {
      expect(checkIdentifier(text)).toEqual(bad('email-wrong'))
    }
    expect(checkIdentifier('')).toEqual(bad('identifier-empty'))
    expect(checkEmail('x+y@mail.example.cn')).toEqual(good('x+y@mail.example.cn'))
  })

  it('a password is checked by its length, not by kinds of characters', () => {
    for (const text of ['correct horse', '只有汉字的长密码也可以', 'aB3!xYz9', '𠮷𠮸𠮹𠮺𠮻𠮼𠮽𠮾']) {
      expect(checkNewPassword(text)).toEqual(good(text))
    }
    for (const text of ['aB3!xY9', '𠮷𠮸𠮹𠮺𠮻𠮼𠮽']) expect(checkNewPassword(text)).toEqual(bad('password-length'))
    expect(checkNewPassword('ab1'.repeat(22))).toEqual(bad('password-length'))
    expect(checkNewPassword('with\nnewline')).toEqual(bad('password-characters'))
    for (const text of ['aaaaaaaa', 'abababab', 'abcdabcd', '12341234']) {
      expect(checkNewPassword(text)).toEqual(bad('password-common'))
    }
    expect(checkNewPassword('13800001234', ['13800001234', 'ab'])).toEqual(bad('password-own'))
    expect(checkNewPassword('')).toEqual(bad('password-empty'))
    expect(checkRepeated('a', 'b')).toEqual(bad('password-differs'))
    expect(checkRepeated('a', 'a')).toEqual(good('a'))
  })

  it('a card number is accepted as printed', () => {
    expect(checkCardNumber(' １１１，２７７０６ ')).toEqual(good('111,27706'))
    expect(checkCardNumber('0012345678')).toEqual(good('0012345678'))
    expect(checkCardNumber('02 6f 6c 3a')).toEqual(good('02 6F 6C 3A'))
    for (const text of ['卡12', '12\n3', '1;2', 'é', '9'.repeat(33), ',.-']) {
      expect(checkCardNumber(text)).toEqual(bad('card-wrong'))
    }
    expect(checkCardNumber(' 　')).toEqual(bad('card-empty'))
  })
})

describe('what is shown', () => {
  beforeEach(() => {
    freshPhone()
  })

  const shown = async () => {
    const { texts } = await import('../src/i18n')
    return { ...(await import('../src/domain/format')), units: texts('common') }
  }

  it('times, in the zone of the site', async () => {
    const { dateTime, dateMinute, date } = await shown()
    const at = '2026-11-24T16:22:54.307Z'
    expect(dateTime(at)).toBe('2026-11-25 00:22:54')
    expect(dateTime(Date.parse(at), 'UTC')).toBe('2026-11-24 16:22:54')
    expect(dateTime(at, 'Asia/Urumqi')).toBe('2026-11-24 22:22:54')
    expect(dateTime('2026-07-01T12:00:00+08:00', 'Europe/Berlin')).toBe('2026-07-01 06:00:00')
    expect(dateTime('2026-12-01T12:00:00+08:00', 'Europe/Berlin')).toBe('2026-12-01 05:00:00')
    expect(dateMinute(at)).toBe('2026-11-25 00:22')
    expect(date(at)).toBe('2026-11-25')
    expect([dateTime(null), dateTime(undefined), dateTime('nonsense')]).toEqual(['', '', ''])
  })

  it('ages', async () => {
    const { age, units } = await shown()
    const now = Date.UTC(2026, 10, 25, 4)
    const ages = [-5, 0, 59, 60, 3599, 3600, 86_399, 86_400, 29 * 86_400, 31 * 86_400].map((seconds) => {
      return age(now - seconds * 1000, now, units)
    })
    expect(ages).toEqual([
      '刚刚',
      '刚刚',
      '刚刚',
      '1 分钟前',
      '59 分钟前',
      '1 小时前',
      '23 小时前',
      '1 天前',
      '29 天前',
      '2026-10-25',
    ])
  })

  it('distances, amounts and numbers', async () => {
    const { distance, maskNumber, maskPhone, spaced, units, yuan } = await shown()
    const metres = [0, 4, 12, 347, 994, 996, 2_437, 9_960, 18_300, null, undefined]
    expect(metres.map((one) => distance(one, units))).toEqual([
      '0 米',
      '4 米',
      '10 米',
      '350 米',
      '990 米',
      '1.0 公里',
      '2.4 公里',
      '10.0 公里',
      '18 公里',
      '',
      '',
    ])
    expect([1250, 5, 0, -199, null].map(yuan)).toEqual(['12.50', '0.05', '0.00', '-1.99', ''])
    expect([maskPhone('13800000001'), maskPhone('x')]).toEqual(['138****0001', 'x'])
    expect([maskNumber('0012345678'), maskNumber('******5678'), maskNumber('12')]).toEqual([
      '****5678',
      '****5678',
      '12',
    ])
    expect(spaced('10000007')).toBe('1000 0007')
  })
})
