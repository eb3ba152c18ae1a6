import { glassEasel } from 'glass-easel-miniprogram-adapter'

/** Keyboard support for desktops: elements that can be tapped can be focused and pressed. */

const PRESSABLE = ['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'option', 'menuitem']

export const isPressable = (role: string): boolean => PRESSABLE.includes(role)

/** The framework keeps its node on the element it made. */
type Made = HTMLElement & { __wxElement?: Parameters<typeof glassEasel.Event.dispatchEvent>[0] }

function tap(element: Made): void {
  if (!element.__wxElement) return
  const { left, top, width, height } = element.getBoundingClientRect()
  const detail = { x: left + width / 2, y: top + height / 2 }
  const event = new glassEasel.Event('tap', detail, { bubbles: true, composed: true, capturePhase: true })
  glassEasel.Event.dispatchEvent(element.__wxElement, event)
}

export function installKeyboard(): void {
  document.addEventListener('keydown', (event) => {
    const element = event.target
    if (!(element instanceof HTMLElement) || event.repeat || (event.key !== 'Enter' && event.key !== ' ')) return
    const isButton = element.tagName === 'BUTTON'
    if (!isButton && !isPressable(element.getAttribute('role') ?? '')) return
    // a real button is clicked by the browser as well
    if (!isButton) event.preventDefault()
    tap(element)
  })
}
