import { beforeEach, expect, it, vi } from 'vitest'
import { freshPhone } from './fake-wx'

type Answer = { confirm: boolean }
const QUESTION = { title: '', text: '', yes: '', no: '' }

beforeEach(() => {
  freshPhone()
})

it('shows one dialog at a time', async () => {
  const answers: ((answer: Answer) => void)[] = []
  const showModal = vi.fn(() => new Promise<Answer>((resolve) => answers.push(resolve)))
  Object.assign(wx, { showModal })
  const { ask } = await import('../src/platform/ui')
  const first = ask(QUESTION)
  expect(await ask(QUESTION)).toBe(false)
  answers[0]?.({ confirm: true })
  expect(await first).toBe(true)
  const next = ask(QUESTION)
  answers[1]?.({ confirm: true })
  expect(await next).toBe(true)
  expect(showModal).toHaveBeenCalledTimes(2)
})
