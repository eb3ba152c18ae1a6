import { expect, test } from 'vitest'
import { stage } from './support/stage'

const here = stage()

test('at rest the code screen costs at most two setData calls and 200 bytes in any second', async () => {
  const { phone } = await here.holder({ ahead: 1 })
  // requests are not awaited: answers do not follow the page's clock
  await phone.set({ offline: true })
  await phone.sees('离线可用')
  await phone.code()
  await phone.page.clock.pauseAt(Date.now() + 10_000)
  // until the jump of the clock no longer has an effect
  await phone.page.clock.runFor(20_000)
  await phone.sim((sim) => sim.meter.reset())
  await phone.page.clock.runFor(60_000)
  const entries = await phone.sim((sim) => sim.meter.entries)
  expect(entries.length, 'the code changes and the seconds are counted').toBeGreaterThan(4)
  const told = entries.map(({ at, is, bytes }) => `${Math.round(at)} ${is} ${bytes}`).join(', ')
  const seconds = new Map<number, { calls: number; bytes: number }>()
  for (const { at, bytes } of entries) {
    const second = Math.floor(at / 1000)
    const { calls, bytes: before } = seconds.get(second) ?? { calls: 0, bytes: 0 }
    seconds.set(second, { calls: calls + 1, bytes: before + bytes })
  }
  for (const [second, spent] of seconds) {
    expect(spent.calls, `calls in second ${second} of ${told}`).toBeLessThanOrEqual(2)
    expect(spent.bytes, `bytes in second ${second} of ${told}`).toBeLessThanOrEqual(200)
  }
})
