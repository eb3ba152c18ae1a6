import { beforeEach, describe, expect, it } from 'vitest'
import { type FakeWx, freshPhone } from './fake-wx'

let phone: FakeWx

beforeEach(() => {
  phone = freshPhone()
})

const light = async () => (await import('../src/platform/brightness')).screenLight

describe('the screen', () => {
  it('is bright and awake while a code shows, and as before afterwards', async () => {
    const screen = await light()
    await screen.on()
    expect([phone.brightness, phone.keepScreenOn]).toEqual([1, true])
    await screen.off()
    expect([phone.brightness, phone.keepScreenOn]).toEqual([0.4, false])
  })

  it('restores the state before the first of several', async () => {
    const screen = await light()
    await Promise.all([screen.on(), screen.on()])
    await screen.on()
    await Promise.all([screen.off(), screen.off()])
    expect(phone.brightness).toBe(0.4)
    expect(phone.brightnesses).toEqual([1, 0.4])
  })

  it('is restored also when the page closes before the phone has answered', async () => {
    const screen = await light()
    const on = screen.on()
    const off = screen.off()
    await Promise.all([on, off])
    expect([phone.brightness, phone.keepScreenOn]).toEqual([0.4, false])
    await Promise.all([screen.on(), screen.off(), screen.on()])
    expect([phone.brightness, phone.keepScreenOn]).toEqual([1, true])
    await screen.off()
    expect(phone.brightness).toBe(0.4)
  })

  it('restores what the user set in between', async () => {
    const screen = await light()
    await screen.on()
    await screen.off()
    phone.brightness = 0.7
    await screen.on()
    await screen.off()
    expect(phone.brightness).toBe(0.7)
  })

  it('is unchanged when the phone does not report its brightness', async () => {
    const screen = await light()
    phone.getScreenBrightness = (callbacks) => callbacks.fail?.({} as never)
    await screen.on()
    await screen.off()
    expect(phone.brightnesses).toEqual([])
  })
})
