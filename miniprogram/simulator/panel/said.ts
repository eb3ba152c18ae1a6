import { make, place } from './dom'

let timer: ReturnType<typeof setTimeout> | undefined

/** Shows a message at the lower edge. */
export function say(text: string): void {
  clearTimeout(timer)
  place('said').replaceChildren(make('span', '', text))
  timer = setTimeout(() => place('said').replaceChildren(), 2000)
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(`已复制${what} ${text}`)
  } catch {
    say(`浏览器不允许复制，请手动输入 ${text}`)
  }
}
