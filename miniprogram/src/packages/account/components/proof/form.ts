import type { Problem } from '../../../../api/errors'
import type { Account, Proof } from '../../../../services/my-account'

/** How one may prove that it is oneself. */
export type ProofWay = 'password' | 'code' | 'wechat'

/** What a page asks of the component. */
export interface ProofForm {
  /** The proof as it was filled in; nothing when something is missing, which is then shown. */
  take(): Promise<Proof | undefined>
  /** Shows a problem where it speaks of the proof; false when it speaks of something else. */
  refuse(problem: Problem): boolean
}

/** The component behind `this.selectComponent('#proof')`, while it is on the page. */
export function proofForm(found: unknown): ProofForm | undefined {
  return (found as ProofForm | null) ?? undefined
}

/** The ways an account has to prove itself, the easiest first. */
export function waysOf(account: Account): ProofWay[] {
  const ways: ProofWay[] = []
  if (account.hasPassword) ways.push('password')
  if (account.phone || account.email) ways.push('code')
  if (account.wechatLinked) ways.push('wechat')
  return ways
}
