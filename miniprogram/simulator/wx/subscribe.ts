import type { Phone } from '../state'
import type { Calls } from './call'

/** Asks whether messages may be sent; the answer to all of them is the one in the state. */
export function subscribe(phone: Phone, calls: Calls): Record<string, unknown> {
  return {
    requestSubscribeMessage: calls.define<{ tmplIds: string[] }>('requestSubscribeMessage', ({ tmplIds }) =>
      Object.fromEntries(tmplIds.map((id) => [id, phone.state.subscribe])),
    ),
  }
}
