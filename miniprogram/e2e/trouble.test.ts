import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { AT_THE_DOOR, stage } from './support/stage'
import { freshPhone, PASSWORD } from './support/user'

const here = stage()

test('a screenshot makes a new code, and the one in the picture is invalid', async () => {
  const { phone, site } = await here.holder()
  const [gate] = await here.server.doors(site)
  const pictured = await phone.code()
  await phone.sim((sim) => sim.screenshot())
  await phone.sees('已截屏')
  const next = await phone.codeAfter(pictured)
  expect(next).not.toBe(pictured)
  expect(await here.server.scan(gate?.id ?? '', next)).toMatchObject({ decision: 'grant' })
})

test('the screen is bright and awake while the code shows, and as before afterwards', async () => {
  const { phone, user } = await here.holder()
  await phone.code()
  expect(await phone.sim((sim) => sim.device)).toMatchObject({ brightness: 1, keepScreenOn: true })
  await user.tap('#me')
  await phone.arrives('pages/me/index')
  await phone.page.waitForFunction(() => !window.__sim.device.keepScreenOn && window.__sim.device.brightness === 0.5)
  expect(await phone.sim((sim) => sim.device.accelerometer)).toBe(false)
})

test('the code of a card that is reported lost is replaced by the reason, and comes back', async () => {
  const { phone, site, card } = await here.holder({ ahead: 1 })
  const admin = await here.server.administrator(site)
  await phone.code()
  await admin.card(card.number, 'lost')
  await phone.page.clock.fastForward(31_000)
  await phone.sees('卡已挂失')
  expect(await phone.sim((sim) => sim.canvases().length)).toBe(0)
  await admin.card(card.number, 'active')
  await phone.page.clock.fastForward(31_000)
  expect(await phone.code()).toMatch(/^\d{75}$/)
})

test('a sign-in that was ended elsewhere leads to the login page and leaves no key on the phone', async () => {
  const { phone, user, number } = await here.holder()
  const { accessToken } = await here.server.ask<{ accessToken: string }>('POST', '/v1/auth/login/password', {
    identifier: number,
    password: PASSWORD,
  })
  const headers = { authorization: `Bearer ${accessToken}` }
  const { items } = await here.server.ask<{ items: { id: string; current: boolean }[] }>(
    'GET',
    '/v1/me/sessions',
    undefined,
    headers,
  )
  for (const one of items.filter(({ current }) => !current)) {
    await here.server.ask('DELETE', `/v1/me/sessions/${one.id}`, undefined, headers)
  }
  await user.tap('#unlock')
  await phone.arrives('pages/login/index')
  const kept = await phone.page.evaluate(() => Object.entries(localStorage).map(([name, value]) => `${name}=${value}`))
  expect(kept.filter((one) => /keys|token/i.test(one))).toEqual([])
})

test('when WeChat login is refused the other ways to log in remain', async () => {
  const { phone, user } = await here.phone({ state: { loginRefused: true } })
  await user.agreeToPrivacy()
  await user.tap('#wechat')
  await user.button('同意并继续').click()
  await phone.sees('微信登录没有成功')
  await user.register(freshPhone())
  expect(await phone.route()).toBe('pages/home/index')
})

test('without a location the user chooses the door; two taps open it once', async () => {
  const { phone, user, site } = await here.holder({
    state: { location: { ...AT_THE_DOOR, permission: 'refused' } },
  })
  await user.tap('#unlock')
  await phone.sees('您要开哪扇门？')
  const pulses = async () => (await here.server.doors(site)).reduce((sum, door) => sum + door.pulses, 0)
  const before = await pulses()
  await phone.page.getByRole('button', { name: /^车库门/ }).dblclick()
  await phone.sees('已开门')
  await phone.sees('车库门')
  expect(await pulses()).toBe(before + 1)
})

test('an unlock request that the network delayed opens nothing later, and is not shown as a failure', async () => {
  const { phone, user, site } = await here.holder()
  const pulses = async () => (await here.server.doors(site)).reduce((sum, door) => sum + door.pulses, 0)
  const before = await pulses()
  let held: Route | undefined
  await phone.page.route('**/v1/unlocks', (route) => {
    held ??= route
  })
  await user.tap('#unlock')
  await phone.sees('结果未知')
  await phone.sees('请看门是否已开')
  const late = held?.request()
  const answer = await fetch(late?.url() ?? '', {
    method: 'POST',
    headers: await late?.allHeaders(),
    body: late?.postData(),
  })
  expect(await answer.json()).toMatchObject({ status: 409, code: 'unlock-too-late' })
  expect(await pulses()).toBe(before)
})

test('the strongest beacon decides the door, whatever the position says', async () => {
  const { phone, user, site } = await here.holder({
    state: { location: { ...AT_THE_DOOR, permission: 'refused' } },
  })
  const { beaconUuid } = await here.server.ask<{ beaconUuid: string }>(
    'GET',
    `/v1/sites/${site}`,
    undefined,
    await here.server.signIn('looks-around'),
  )
  const heard = (minor: number, rssi: number) => ({ uuid: beaconUuid, major: 0, minor, rssi, accuracy: 2 })
  await phone.set({ bluetooth: true, beacons: [heard(1, -75), heard(2, -55)] })
  await user.tap('#unlock')
  await phone.sees('已开门')
  await phone.sees('车库门')
})

test('another theme leaves the styles of the other pages alone', async () => {
  const { phone, user } = await here.registered()
  await user.tap('#me')
  await phone.arrives('pages/me/index')
  await user.home()
  await phone.set({ theme: 'dark' })
  const styled = await phone.page.evaluate(() =>
    [...document.querySelectorAll<HTMLStyleElement>('style[data-sheet^="pages/"]')]
      .filter(({ sheet }) => sheet && !sheet.disabled)
      .map(({ dataset }) => dataset.sheet),
  )
  expect(styled).toEqual(['pages/home/index'])
})

test('a phone far away opens nothing, and the server says why', async () => {
  const { phone, user } = await here.holder({ state: { location: { ...AT_THE_DOOR, latitude: 28.9 } } })
  await user.tap('#unlock')
  await phone.sees('附近没有您可以打开的门')
})

test('with shaking switched off in the settings a shake opens nothing', async () => {
  const { phone, user } = await here.holder()
  await user.tap('#me')
  await phone.top.getByRole('switch').nth(1).click()
  await user.home()
  await phone.sees('点此开门')
  expect(await phone.sim((sim) => sim.device.accelerometer)).toBe(false)
  await user.tap('#unlock')
  await phone.sees('已开门')
})

test('the wait for the next code and the filled-in form survive closing the page', async () => {
  const { phone, user, number } = await here.registered()
  expect(number).toBeTruthy()
  const site = await user.chooseSite()
  const card = await here.server.card(site, 'stored_value')
  await user.tap('#entry-card')
  await user.tap('#bind')
  await user.fillCard(card)
  await user.at('#next').dblclick()
  await phone.sees('若卡号与预留手机号一致')
  await here.server.sms(card.phone)
  expect(await here.server.received(card.phone)).toBe(1)
  await phone.sees(/\d+ 秒后重新获取/)
  await phone.reload()
  await user.tap('#entry-card')
  await user.tap('#pending')
  await phone.sees(/\d+ 秒后重新获取/)
  await user.type('code', await here.server.sms(card.phone))
  await user.tap('#confirm')
  await phone.sees('绑定成功')
})

test('a wrong number, a wrong phone and a card of another kind get the same answer and no code', async () => {
  const { phone, user } = await here.registered()
  const site = await user.chooseSite()
  const card = await here.server.card(site, 'member')
  await user.tap('#entry-card')
  await user.tap('#bind')
  await user.tap('#next')
  await phone.sees('请输入卡面上印的卡号')
  await user.fillCard({ ...card, number: '一二三' })
  await user.tap('#next')
  await phone.sees(/卡号|号码/)
  for (const wrong of [
    { ...card, number: '9900000001' },
    { ...card, phone: freshPhone() },
    { ...card, kind: 'stored_value' as const },
  ]) {
    await user.fillCard(wrong)
    await user.tap('#next')
    await phone.sees('若卡号与预留手机号一致')
    await user.tap('#change')
  }
  expect(await here.server.received(card.phone)).toBe(0)
})
