import type { Phone } from '../state'
import { type Calls, Refusal } from './call'
import { confirm } from './ui/modal'

type Answer = { event: 'agree' | 'disagree' | 'exposureAuthorization'; buttonId?: string }
type Listener = (resolve: (answer: Answer) => void, info: { referrer: string }) => void

const CONTRACT = '《车安门禁小程序隐私保护指引》'

/** WeChat's privacy check: functions that use personal data need the user's consent to the guide. */
export class Privacy {
  #phone: Phone
  #listener: Listener | undefined

  constructor(phone: Phone) {
    this.#phone = phone
  }

  agree(): void {
    this.#phone.set({ privacyAgreed: true })
  }

  /** Resolves when the user has agreed; asks by the mini-program's own dialog, or by WeChat's. */
  async need(referrer: string): Promise<void> {
    if (this.#phone.state.privacyAgreed) return
    const agreed = this.#listener ? await this.#askListener(this.#listener, referrer) : await this.#ask()
    if (!agreed) throw new Refusal('privacy permission is not authorized', { errno: 104 })
    this.agree()
  }

  api(calls: Calls): Record<string, unknown> {
    return {
      getPrivacySetting: calls.define('getPrivacySetting', () => ({
        needAuthorization: !this.#phone.state.privacyAgreed,
        privacyContractName: CONTRACT,
      })),
      onNeedPrivacyAuthorization: (listener: Listener) => {
        this.#listener = listener
      },
      requirePrivacyAuthorize: calls.define('requirePrivacyAuthorize', () => this.need('requirePrivacyAuthorize')),
      openPrivacyContract: calls.define('openPrivacyContract', () =>
        confirm({
          title: CONTRACT,
          content: '在微信中，这里会打开您在小程序后台填写的隐私保护指引。',
          showCancel: false,
        }),
      ),
    }
  }

  #askListener(listener: Listener, referrer: string): Promise<boolean> {
    return new Promise((resolve) => {
      const answered = ({ event }: Answer) => {
        if (event !== 'exposureAuthorization') resolve(event === 'agree')
      }
      listener(answered, { referrer })
    })
  }

  async #ask(): Promise<boolean> {
    const content = `使用此功能前，请阅读并同意${CONTRACT}`
    const answer = await confirm({ title: '隐私保护提示', content, confirmText: '同意', cancelText: '拒绝' })
    return answer.confirm
  }
}
