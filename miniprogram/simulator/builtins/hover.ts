import type { Host, Properties } from './define'

export const hoverProperties: Properties = {
  hoverClass: { type: String, value: 'none' },
  hoverStartTime: Number,
  hoverStayTime: Number,
  hoverStopPropagation: null,
}

/** `hover-class`: while a finger is on it. */
export function hover(host: Host, element: HTMLElement): void {
  let worn: string[] = []
  element.addEventListener('pointerdown', () => {
    const { hoverClass, disabled } = host.data
    if (disabled || typeof hoverClass !== 'string' || hoverClass === 'none') return
    worn = hoverClass.split(' ').filter(Boolean)
    for (const name of worn) host.classList?.toggle(name, true)
  })
  const end = () => {
    for (const name of worn) host.classList?.toggle(name, false)
    worn = []
  }
  for (const type of ['pointerup', 'pointercancel', 'pointerleave']) element.addEventListener(type, end)
}
