import { date } from '../../domain/format'
import { back, home, replace } from '../../platform/ui'
import { consent } from '../../services/consent'
import { consentTexts } from '../../services/consent-texts'
import { myAccount } from '../../services/my-account'

/**
 * After a login: fetches the account and records the ticked agreement. Resolves to the day the
 * account is to be erased, if it is being closed. A network failure does not undo the login.
 */
export async function welcome(): Promise<string | undefined> {
  try {
    const account = await myAccount.fetch()
    if (account.consentsDue.length > 0) await consent.agree(await consentTexts.agreements())
    return date(account.eraseAt) || undefined
  } catch {
    return undefined
  }
}

/** Goes back to the previous page, to the requested page, or home. */
export function leaveLogin(target: string): void {
  if (target.startsWith('/')) replace(target)
  else if (getCurrentPages().length > 1) back()
  else home()
}
