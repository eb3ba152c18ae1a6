/**
 * Validation of typed input by the server's rules (crates/kernel, crates/auth), so that most mistakes are shown before
 * anything is sent. The server validates again.
 */

/** Error names; their texts are in `texts('common').errors`. */
export type ValidationError =
  | 'phone-empty'
  | 'phone-wrong'
  | 'code-empty'
  | 'code-wrong'
  | 'identifier-empty'
  | 'identifier-wrong'
  | 'email-wrong'
  | 'password-empty'
  | 'password-length'
  | 'password-characters'
  | 'password-common'
  | 'password-own'
  | 'password-differs'
  | 'card-empty'
  | 'card-wrong'

/** A normalised value, or an error. */
export type Checked = { value: string; error?: undefined } | { value?: undefined; error: ValidationError }

const bad = (error: ValidationError): Checked => ({ error })

/** Replaces full-width characters and ideographic spaces by their ASCII forms. */
export function halfWidth(text: string): string {
  return text
    .replace(/[！-～]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, ' ')
}

/** A mobile number of mainland China; spaces, dashes, +86 and full-width digits are understood. */
export function checkPhone(typed: string): Checked {
  const text = halfWidth(typed).trim()
  if (text === '') return bad('phone-empty')
  const digits = text.replace(/^\+86/, '').replace(/[ -]/g, '')
  return /^1[3-9]\d{9}$/.test(digits) ? { value: digits } : bad('phone-wrong')
}

/** The six digits of an SMS or e-mail code. */
export function checkCode(typed: string): Checked {
  const digits = halfWidth(typed).replace(/\s/g, '')
  if (digits === '') return bad('code-empty')
  return /^\d{6}$/.test(digits) ? { value: digits } : bad('code-wrong')
}

/** An e-mail address as mail forms take it, in lower case. */
export function checkEmail(typed: string): Checked {
  const text = typed.trim().toLowerCase()
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const labels = text.slice(at + 1).split('.')
  const good =
    at > 0 &&
    text.length <= 254 &&
    local.length <= 64 &&
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) &&
    labels.length > 1 &&
    labels.every((label) => label.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label))
  return good ? { value: text } : bad('email-wrong')
}

/** 车安通 ID, phone or e-mail, all in one field. */
export function checkIdentifier(typed: string): Checked {
  const text = halfWidth(typed).trim()
  if (text === '') return bad('identifier-empty')
  if (text.includes('@')) return checkEmail(text)
  const phone = checkPhone(text)
  if (phone.value !== undefined) return phone
  const number = text.replace(/[ -]/g, '')
  return /^\d{8}$/.test(number) ? { value: number } : bad('identifier-wrong')
}

const LENGTH = { least: 8, most: 64 }

/** A repetition of one to four characters. */
function isOneBlock(characters: string[]): boolean {
  return [1, 2, 3, 4].some((size) => characters.every((character, at) => character === characters[at % size]))
}

/** A new password; `own` are the phone, the 车安通 ID and the like, which it must not be. The server also rejects common passwords. */
export function checkNewPassword(typed: string, own: string[] = []): Checked {
  if (typed === '') return bad('password-empty')
  const characters = [...typed]
  if (characters.length < LENGTH.least || characters.length > LENGTH.most) return bad('password-length')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are to be rejected
  if (/[\u0000-\u001f\u007f-\u009f]/.test(typed)) return bad('password-characters')
  const lower = typed.toLowerCase()
  if (isOneBlock([...lower])) return bad('password-common')
  if (own.some((word) => word.length >= 4 && word.toLowerCase() === lower)) return bad('password-own')
  return { value: typed }
}

/** The new password typed a second time. */
export function checkRepeated(password: string, repeated: string): Checked {
  return password === repeated ? { value: repeated } : bad('password-differs')
}

/**
 * A number printed on a card: full-width characters and the separators people use are understood, letters become
 * capitals. Separators stay, for in some forms they divide two fields.
 */
export function checkCardNumber(typed: string): Checked {
  const text = halfWidth(typed)
    .replace(/[、。]/g, ',')
    .trim()
    .toUpperCase()
  if (text === '') return bad('card-empty')
  const signs = text.replace(/[ ,.-]/g, '')
  return /^[0-9A-Z]{1,32}$/.test(signs) && text.length <= 64 ? { value: text } : bad('card-wrong')
}
