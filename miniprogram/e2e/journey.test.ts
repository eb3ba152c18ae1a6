import { expect, test } from 'vitest'
import { stage } from './support/stage'

const here = stage()

test('from first login to an open door, and back out again', async () => {
  const { server } = here
  const { phone, user, site } = await here.holder()
  const [gate] = await server.doors(site)
  if (!gate) throw new Error('the site has no door')
  const code = await phone.code()
  expect(code).toMatch(/^\d{75}$/)
  expect(await server.scan(gate.id, code)).toMatchObject({ decision: 'grant', reason: 'ok' })
  expect(await server.scan(gate.id, code)).toMatchObject({ decision: 'deny', reason: 'replayed' })

  await phone.sim((sim) => sim.shake())
  await phone.sees('已开门')
  const pulses = (await server.doors(site)).map((door) => door.pulses)
  expect(pulses.reduce((sum, one) => sum + one)).toBe(2)
  expect(await phone.sim((sim) => sim.device.vibrations.length)).toBeGreaterThan(0)
  await user.tap('#result-close')

  const last = await phone.code()
  await user.tap('#entry-card')
  await phone.arrives('packages/card/list/index')
  await user.at('.face').click()
  await phone.arrives('packages/card/info/index')
  await phone.sees('大门')
  await phone.sees('最近使用')
  await user.tap('#unbind')
  await phone.page.getByRole('button', { name: '解除绑定' }).last().click()
  await phone.sees('还没有绑定卡')
  expect(await server.scan(gate.id, last)).toMatchObject({ decision: 'deny', reason: 'revoked' })
  await user.home()
  await user.at('#bind').waitFor()
  expect(phone.errors).toEqual([])
  expect(phone.strangers).toEqual([])
})
