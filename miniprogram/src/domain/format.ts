/** How numbers and times are shown. Pure; words come in as arguments. */

/** Time zones without daylight saving. WeChat's script engines may lack `Intl`. */
const FIXED_ZONES: Record<string, number> = {
  'Asia/Shanghai': 480,
  'Asia/Chongqing': 480,
  'Asia/Harbin': 480,
  'Asia/Hong_Kong': 480,
  'Asia/Macau': 480,
  'Asia/Taipei': 480,
  'Asia/Singapore': 480,
  'Asia/Urumqi': 360,
  'Asia/Tokyo': 540,
  UTC: 0,
}

/** The default time zone of sites. */
export const HOME_ZONE = 'Asia/Shanghai'

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** Offset of a zone from UTC at an instant, minutes. An unknown zone counts as the phone's own. */
function zoneMinutes(zone: string, at: number): number {
  const fixed = FIXED_ZONES[zone]
  if (fixed !== undefined) return fixed
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    const parts: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / 60_000)
  } catch {
    return -new Date(at).getTimezoneOffset()
  }
}

/** `YYYY-MM-DD HH:mm:ss` in the site's zone. Empty for an invalid time. */
export function dateTime(at: string | number | null | undefined, zone: string = HOME_ZONE): string {
  if (at === null || at === undefined) return ''
  const instant = typeof at === 'number' ? at : Date.parse(at)
  if (!Number.isFinite(instant)) return ''
  const local = new Date(instant + zoneMinutes(zone, instant) * 60_000)
  const date = [pad(local.getUTCFullYear(), 4), pad(local.getUTCMonth() + 1), pad(local.getUTCDate())].join('-')
  return `${date} ${[local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map((part) => pad(part)).join(':')}`
}

/** `YYYY-MM-DD` in the site's zone. */
export function date(at: string | number | null | undefined, zone: string = HOME_ZONE): string {
  return dateTime(at, zone).slice(0, 10)
}

/** `YYYY-MM-DD HH:mm` in the site's zone. */
export function dateMinute(at: string | number | null | undefined, zone: string = HOME_ZONE): string {
  return dateTime(at, zone).slice(0, 16)
}

/** The texts for `age` and `distance`, from `texts('common')`. */
export interface Units {
  justNow: string
  minutesAgo: string
  hoursAgo: string
  daysAgo: string
  metres: string
  kilometres: string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long ago: 「3 分钟前」. After a month it is the date. */
export function age(at: string | number, now: number, units: Units, zone: string = HOME_ZONE): string {
  const instant = typeof at === 'number' ? at : Date.parse(at)
  if (!Number.isFinite(instant)) return ''
  const passed = now - instant
  const say = (template: string, unit: number): string => template.replace('{n}', String(Math.floor(passed / unit)))
  if (passed < MINUTE) return units.justNow
  if (passed < HOUR) return say(units.minutesAgo, MINUTE)
  if (passed < DAY) return say(units.hoursAgo, HOUR)
  return passed < 30 * DAY ? say(units.daysAgo, DAY) : date(instant, zone)
}

/** How far: 「350 米」, 「2.4 公里」, 「18 公里」. */
export function distance(metres: number | null | undefined, units: Units): string {
  if (metres === null || metres === undefined || !Number.isFinite(metres)) return ''
  const near = Math.round(metres / 10) * 10
  if (near < 1000) return units.metres.replace('{n}', String(metres < 10 ? Math.round(metres) : near))
  const kilometres = metres / 1000
  return units.kilometres.replace('{n}', kilometres < 10 ? kilometres.toFixed(1) : String(Math.round(kilometres)))
}

/** An amount of fen in yuan: `12.50`. */
export function yuan(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return ''
  const sign = fen < 0 ? '-' : ''
  const amount = Math.abs(Math.round(fen))
  return `${sign}${Math.floor(amount / 100)}.${pad(amount % 100)}`
}

/** `138****0001`; anything but a mobile number is returned unchanged. */
export function maskPhone(phone: string): string {
  return /^\d{11}$/.test(phone) ? `${phone.slice(0, 3)}****${phone.slice(7)}` : phone
}

/** A card's number by its last four characters, `****5678`, however long it is and whether or not it is masked already. */
export function maskNumber(number: string): string {
  return number.length > 4 ? `****${number.slice(-4)}` : number
}

/** A 车安通 ID in two groups, easier to read out: `1000 0007`. */
export function spaced(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ')
}
