import type { BuiltIn } from './define'
import { hover, hoverProperties } from './hover'

export type Navigate = (openType: string, options: { url: string; delta: number }) => void

export const navigator = (navigate: Navigate): BuiltIn => ({
  properties: {
    ...hoverProperties,
    url: String,
    openType: { type: String, value: 'navigate' },
    delta: { type: Number, value: 1 },
  },
  created(element) {
    hover(this, element)
    element.addEventListener('click', () => {
      const { openType, url, delta } = this.data
      navigate(String(openType), { url: String(url ?? ''), delta: Number(delta) })
    })
  },
})
