import type { OpenType } from '../wx/account'
import type { BuiltIn } from './define'
import { hover, hoverProperties } from './hover'

/** The event of each `open-type` that has one. */
const EVENTS: Record<string, string> = {
  getPhoneNumber: 'getphonenumber',
  agreePrivacyAuthorization: 'agreeprivacyauthorization',
  openSetting: 'opensetting',
  contact: 'contact',
}

export const button = (openType: OpenType): BuiltIn => ({
  properties: {
    ...hoverProperties,
    type: String,
    size: String,
    plain: null,
    disabled: null,
    loading: null,
    openType: String,
    formType: String,
    lang: String,
    sessionFrom: String,
    sendMessageTitle: String,
    sendMessagePath: String,
    sendMessageImg: String,
    appParameter: String,
    showMessageCard: null,
    phoneNumberNoQuotaToast: null,
    activityType: null,
    entrancePath: String,
    needShowEntrance: null,
  },
  observers: {
    disabled(disabled: unknown) {
      ;(this.$$ as HTMLButtonElement).disabled = Boolean(disabled)
    },
  },
  created(element) {
    ;(element as HTMLButtonElement).type = 'button'
    hover(this, element)
    element.addEventListener('click', async () => {
      const type = String(this.data.openType ?? '')
      const event = EVENTS[type]
      if (event && !this.data.disabled) this.triggerEvent(event, await openType(type), {})
    })
  },
})
