import { expect, test } from 'vitest'
import { violations } from './support/look'
import { stage } from './support/stage'
import { SITE } from './support/user'

const here = stage()

test('a desktop browser shows panel, phone and virtual door', async () => {
  const { phone } = await here.phone({ width: 1280, height: 900 })
  const { page } = phone
  await page.goto(`${here.process.base}/app/`)
  const app = page.frameLocator('#phone')
  const inApp = (id: string) => app.locator(`[id$="--${id}"]`).filter({ visible: true }).first()
  await inApp('privacy-agree').click()
  await inApp('wechat').click()
  await app.getByRole('button', { name: '同意并继续' }).click()
  await page.getByRole('button', { name: '在场区' }).click()
  await inApp('choose-site').click()
  await app.getByRole('button', { name: new RegExp(`^${SITE}`) }).click()
  await inApp('bind').click()

  const card = await here.server.card(await here.server.site(SITE), 'member')
  await page.getByText(card.number).first().waitFor()
  await inApp('kind-member').click()
  await inApp('number').locator('input').fill(card.number)
  await inApp('phone').locator('input').fill(card.phone)
  await inApp('next').click()
  const code = await here.server.sms(card.phone)
  await page.locator('#messages').getByText(code).first().waitFor()
  await inApp('code').locator('input').fill(code)
  await inApp('confirm').click()
  await app.getByText('去开门').click()
  await inApp('code').waitFor()

  const shown = page.getByRole('button', { name: '把手机屏幕对准读头' })
  await shown.click()
  await page.locator('#door').getByText('已打开').waitFor()
  await page.getByRole('button', { name: '重放上一个码' }).click()
  await page.locator('#door').getByText('此码已使用').waitFor()
  await page.locator('#controls').getByRole('button', { name: '摇一摇' }).click()
  await app.getByText('已开门').first().waitFor()
  await phone.picture('light/desktop')
  expect(await violations(phone)).toEqual([])
  expect(phone.errors).toEqual([])
  expect(phone.strangers).toEqual([])
})
