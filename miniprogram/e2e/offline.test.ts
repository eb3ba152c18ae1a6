import { expect, test } from 'vitest'
import { stage } from './support/stage'

const here = stage()

test('without a network the main screen shows a code that a door accepts', async () => {
  const { phone, site } = await here.holder()
  const [gate] = await here.server.doors(site)
  await phone.code()
  await phone.set({ offline: true })
  await phone.reload()
  await phone.sees('离线可用')
  expect(await here.server.scan(gate?.id ?? '', await phone.code())).toMatchObject({ decision: 'grant' })
  await phone.set({ offline: false })
  await phone.page.getByText('离线可用').waitFor({ state: 'hidden' })
  expect(phone.errors).toEqual([])
})

test('a phone whose clock is five minutes ahead shows codes of the right time, offline too', async () => {
  const { phone, site } = await here.holder({ ahead: 300_000 })
  const [gate] = await here.server.doors(site)
  expect(await here.server.scan(gate?.id ?? '', await phone.code())).toMatchObject({ decision: 'grant' })
  await phone.set({ offline: true })
  await phone.reload()
  expect(await here.server.scan(gate?.id ?? '', await phone.code())).toMatchObject({ decision: 'grant' })
})

test('a request that may be repeated is, under its own key, until the network is back', async () => {
  const { phone, user, site } = await here.holder()
  const pulses = async () => (await here.server.doors(site)).reduce((sum, door) => sum + door.pulses, 0)
  const before = await pulses()
  const keys: string[] = []
  let failures = 2
  await phone.page.route('**/v1/unlocks', async (route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '')
    failures -= 1
    // the first answer is lost after the server has processed the request
    if (failures === 1) await route.fetch()
    if (failures >= 0) await route.abort()
    else await route.continue()
  })
  await user.tap('#unlock')
  await phone.sees('已开门')
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(await pulses()).toBe(before + 1)
})
