import type { Locator } from 'playwright-core'
import type { DemoCard } from './demo-server'
import type { Phone } from './phone'

export const PASSWORD = 'correct horse'
export const SITE = '测试Z停车场'

let phones = 0

/** A phone number that is unique in this run. */
export function freshPhone(): string {
  phones += 1
  return `139${String(Date.now() % 10_000).padStart(4, '0')}${String(phones).padStart(4, '0')}`
}

/** The actions of a user in the mini-program. */
export class User {
  readonly phone: Phone

  constructor(phone: Phone) {
    this.phone = phone
  }

  /** @param selector CSS; `#id` is the id in the WXML, which stands behind that of its component. */
  at(selector: string): Locator {
    return this.phone.top
      .locator(selector.replace(/#([\w-]+)/g, '[id$="--$1"]'))
      .filter({ visible: true })
      .first()
  }

  async tap(selector: string): Promise<void> {
    await this.at(selector).click()
  }

  async type(field: string, text: string): Promise<void> {
    await this.at(`#${field} input`).fill(text)
  }

  button(name: string | RegExp): Locator {
    return this.phone.top.getByRole('button', { name }).filter({ visible: true }).first()
  }

  /** Answers the privacy question and waits for the login page. */
  async agreeToPrivacy(): Promise<void> {
    await this.tap('#privacy-agree')
    await this.phone.arrives('pages/login/index')
  }

  async getCode(): Promise<void> {
    await this.button(/获取验证码|重新获取/).click()
  }

  async register(number: string): Promise<void> {
    const { phone } = this
    await this.tap('#register')
    await phone.arrives('packages/account/register/index')
    await this.type('phone', number)
    await this.getCode()
    await this.type('code', await phone.server.sms(number))
    await this.type('password', PASSWORD)
    await this.type('again', PASSWORD)
    await this.at('#agreement [role=checkbox]').click()
    await this.tap('#submit')
    await phone.arrives('pages/home/index')
  }

  async loginWithWechat(): Promise<void> {
    await this.tap('#wechat')
    await this.button('同意并继续').or(this.at('#code')).or(this.at('#choose-site')).waitFor()
    if (await this.button('同意并继续').isVisible()) {
      await this.button('同意并继续').click()
    }
    await this.phone.arrives('pages/home/index')
  }

  async login(identifier: string, password: string): Promise<void> {
    await this.type('identifier', identifier)
    await this.type('password', password)
    await this.tap('#submit')
    const yes = this.button('同意并继续')
    if (await yes.isVisible()) await yes.click()
  }

  async chooseSite(name = SITE): Promise<string> {
    await this.tap('#site')
    await this.phone.arrives('pages/sites/index')
    await this.at('#search').fill(name)
    await this.button(new RegExp(`^${name}`)).click()
    await this.phone.arrives('pages/home/index')
    return this.phone.server.site(name)
  }

  async bind(card: DemoCard): Promise<void> {
    const { phone } = this
    await this.tap('#entry-card')
    await phone.arrives('packages/card/list/index')
    await this.tap('#bind')
    await phone.arrives('packages/card/bind/index')
    await this.fillCard(card)
    const others = await phone.server.received(card.phone)
    await this.tap('#next')
    await phone.sees('若卡号与预留手机号一致')
    await this.type('code', await phone.server.sms(card.phone, others))
    await this.tap('#confirm')
    await phone.sees('绑定成功')
  }

  async fillCard(card: DemoCard): Promise<void> {
    await this.tap(`#kind-${card.kind}`)
    await this.type('number', card.number)
    await this.type('phone', card.phone)
  }

  /** Goes back to the main screen from any page. */
  async home(): Promise<void> {
    while ((await this.phone.route()) !== 'pages/home/index') await this.phone.back()
  }
}
