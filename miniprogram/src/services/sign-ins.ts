import { call } from '../api/client'
import { sessionState } from './session-state'

export type SignIn = Awaited<ReturnType<typeof signIns.list>>[number]

/** The sign-ins of the account on all phones. */
export const signIns = {
  /** The one of this phone is marked `current`. */
  async list() {
    return (await call('GET', '/v1/me/sessions')).items
  },

  /** Ends a sign-in on another phone. For this phone call `session.logout`. */
  async end(id: string): Promise<void> {
    await call('DELETE', '/v1/me/sessions/{id}', { params: { id } })
    sessionState.rekeyed.emit()
  },
}
