import { date } from '../../domain/format'
import { back, home, replace } from '../../platform/ui'
import { consent } from '../../services/consent'
import { consentTexts } from '../../services/consent-texts'
import { myAccount } from '../../services/my-account'

/**
 * What follows a login: the account is fetched, and what was ticked on the way is put on record. Resolves to the day the
 * account is to be erased, where it is being closed. A network that fails now spoils no login.
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

/** Goes back to where one came from: the page below, the page that was wanted, or home. */
export function leaveLogin(target: string): void {
  if (target.startsWith('/')) replace(target)
  else if (getCurrentPages().length > 1) back()
  else home()
}
