import { expect, test } from 'vitest'
import { brokenDates, overflows, settled, violations } from './support/look'
import { type Holder, stage } from './support/stage'

const here = stage()

/** A screen, and how to reach it from the main screen. */
interface Screen {
  name: string
  open(holder: Holder): Promise<unknown>
}

const page = (name: string, route: string, shows: string | RegExp): Screen => ({
  name,
  async open({ phone }) {
    await phone.page.evaluate((url) => wx.navigateTo({ url }), `/${route}`)
    await phone.arrives(route.split('?')[0] ?? '')
    await phone.sees(shows)
  },
})

const SCREENS: Screen[] = [
  { name: 'home', open: ({ phone }) => phone.code() },
  {
    name: 'home-code-large',
    async open({ phone, user }) {
      await user.tap('#code')
      await user.at('#large-code').waitFor()
      await phone.code()
    },
  },
  {
    name: 'home-offline',
    async open({ phone }) {
      await phone.set({ offline: true })
      await phone.reload()
      await phone.sees(/离线可用/)
    },
  },
  {
    name: 'home-choose-door',
    async open({ phone, user }) {
      const { location } = await phone.sim((sim) => sim.state)
      await phone.set({ location: { ...location, permission: 'refused' } })
      await user.tap('#unlock')
      await phone.sees(/您要开哪扇门/)
    },
  },
  {
    name: 'home-not-near',
    async open({ phone, user }) {
      const { location } = await phone.sim((sim) => sim.state)
      await phone.set({ location: { ...location, latitude: 29 } })
      await user.tap('#unlock')
      await user.at('#result-close').waitFor()
    },
  },
  page('sites', 'pages/sites/index', '测试Z停车场'),
  {
    name: 'sites-none',
    async open(holder) {
      await page('', 'pages/sites/index', '测试Z停车场').open(holder)
      await holder.user.at('#search').fill('没有这样的地方')
      await holder.phone.sees(/没有找到/)
    },
  },
  page('me', 'pages/me/index', /车安通 ID/),
  page('password', 'packages/account/password/index', /修改密码/),
  page('forgot', 'packages/account/forgot/index', /找回密码/),
  page('register', 'packages/account/register/index', /注册车安通账号/),
  page('wechat', 'packages/account/wechat/index', /关联/),
  page('sessions', 'packages/account/sessions/index', /本机/),
  page('notices', 'packages/account/notices/index', '卡绑定成功'),
  page('privacy', 'packages/account/privacy/index', /我的同意/),
  page('phone-number', 'packages/account/contact/index?kind=phone', /新手机号/),
  page('cards', 'packages/card/list/index', /门禁卡/),
  page('bind', 'packages/card/bind/index', /卡表面号/),
  {
    name: 'bind-errors',
    async open(holder) {
      await page('', 'packages/card/bind/index', /卡表面号/).open(holder)
      await holder.user.tap('#next')
      await holder.phone.sees(/请输入卡面上印的卡号/)
    },
  },
  {
    name: 'card',
    async open(holder) {
      await page('', 'packages/card/list/index', /门禁卡/).open(holder)
      await holder.user.at('.face').click()
      await holder.phone.sees(/最近使用/)
    },
  },
  {
    name: 'home-withdrawn',
    async open({ phone, user }) {
      await phone.page.evaluate(() => wx.navigateTo({ url: '/packages/account/privacy/index' }))
      await phone.arrives('packages/account/privacy/index')
      await user.button(/^撤回 .*隐私政策/).click()
      await phone.page.getByRole('button', { name: '撤回' }).last().click()
      await phone.sees(/\d 撤回/)
      await phone.page.getByText('开门服务已停用').waitFor({ state: 'hidden' })
      await user.home()
      await user.at('#agree-again').waitFor()
    },
  },
  page('me-withdrawn', 'pages/me/index', /您已撤回同意/),
  {
    name: 'home-agree-again',
    async open({ user }) {
      await user.tap('#agree-again')
      await user.at('#agree-again-yes').waitFor()
    },
  },
  {
    name: 'home-agreed-again',
    async open({ phone, user }) {
      await user.tap('#agree-again')
      await user.tap('#agree-again-yes')
      await phone.code()
    },
  },
  page('help', 'packages/help/index/index', /使用帮助/),
  page('help-reason', 'packages/help/index/index?reason=replayed', /已经开过一次门|此码已使用/),
  page('login', 'pages/login/index', /微信一键登录/),
]

interface Mode {
  name: string
  dark?: boolean
  large?: boolean
  width?: number
}

const MODES: Mode[] = [
  { name: 'light' },
  { name: 'dark', dark: true },
  { name: 'large', large: true },
  { name: 'narrow', width: 320, large: true },
]

/** The time for about thirty screens, each checked by axe. */
const LOOK_MS = 120_000

test.each(MODES)(
  'every screen, $name: nothing for axe to say, nothing sticks out',
  { timeout: LOOK_MS },
  async ({ name, ...mode }) => {
    const { dark = false, large = false, width = 390 } = mode
    const holder = await here.holder({ dark, width })
    const { phone, user } = holder
    const complaints: string[] = []
    const look = async (screen: string) => {
      await settled(phone)
      await phone.picture(`${name}/${screen}`)
      complaints.push(...(await violations(phone)).map((one) => `${screen}: ${one}`))
      complaints.push(...(await overflows(phone)).map((one) => `${screen} sticks out: ${one}`))
      complaints.push(...(await brokenDates(phone)).map((one) => `${screen} breaks a date: ${one}`))
    }
    if (large) {
      await user.tap('#me')
      await phone.top.getByRole('switch').first().click()
      await user.home()
    }
    await phone.sim((sim) => sim.shake())
    await phone.sees(/已开门/)
    await look('home-opened')
    await user.at('#result-close').waitFor({ state: 'hidden' })
    for (const screen of SCREENS) {
      const { location } = await phone.sim((sim) => sim.state)
      await screen.open(holder)
      await look(screen.name)
      await phone.set({ offline: false, location })
      await phone.page.evaluate(() => wx.reLaunch({ url: '/pages/home/index' }))
      await phone.arrives('pages/home/index')
    }
    expect(complaints).toEqual([])
    expect(phone.errors).toEqual([])
  },
)

test('the first screens, before signing in', async () => {
  const { phone, user } = await here.phone()
  await user.at('#privacy-agree').waitFor()
  await phone.picture('light/privacy-first')
  expect(await violations(phone)).toEqual([])
  await user.agreeToPrivacy()
  await phone.picture('light/login')
  expect(await violations(phone)).toEqual([])
  expect(phone.errors).toEqual([])
})
