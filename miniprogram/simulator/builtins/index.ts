import type { OpenType } from '../wx/account'
import { boxes } from './boxes'
import { button } from './button'
import { type BuiltIn, define, type Space } from './define'
import { field } from './field'
import { image } from './image'
import { type Navigate, navigator } from './navigator'
import { scrollView } from './scroll-view'
import { swiper, swiperItem } from './swiper'
import tags from './tags.json'

interface Outside {
  openType: OpenType
  navigate: Navigate
}

/** WeChat's built-in components, over plain elements. tags.json names them for the build, which refuses any other. */
export function installBuiltins(space: unknown, { openType, navigate }: Outside): void {
  const all: Record<string, BuiltIn> = {
    ...boxes,
    button: button(openType),
    input: field('input'),
    textarea: field('textarea'),
    image,
    navigator: navigator(navigate),
    'scroll-view': scrollView,
    swiper,
    'swiper-item': swiperItem,
  }
  for (const tag of tags) {
    const builtIn = all[tag]
    if (!builtIn) throw new Error(`<${tag}> has no definition`)
    define(space as Space, tag, builtIn)
  }
}
