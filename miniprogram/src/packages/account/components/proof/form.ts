import type { Problem } from '../../../../api/errors'
import type { Account, Proof } from '../../../../services/my-account'

/** The ways to prove one's identity. */
export type ProofWay = 'password' | 'code' | 'wechat'

/** The component's methods for pages. */
export interface ProofForm {
  /** The proof as filled in; undefined if something is missing, which is then shown. */
  take(): Promise<Proof | undefined>
  /** Shows a problem that is about the proof; false if it is about something else. */
  refuse(problem: Problem): boolean
}

/** The component behind `this.selectComponent('#proof')`, while it is on the page. */
export function proofForm(found: unknown): ProofForm | undefined {
  return (found as ProofForm | null) ?? undefined
}

/** The ways an account offers for a proof, the easiest first. */
export function waysOf(account: Account): ProofWay[] {
  const ways: ProofWay[] = []
  if (account.hasPassword) ways.push('password')
  if (account.phone || account.email) ways.push('code')
  if (account.wechatLinked) ways.push('wechat')
  return ways
}
