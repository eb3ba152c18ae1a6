import type { BuiltIn } from './define'

const FITS: Record<string, string> = { aspectFit: 'contain', aspectFill: 'cover' }

export const image: BuiltIn = {
  properties: { src: String, mode: String, lazyLoad: null, webp: null, showMenuByLongpress: null },
  observers: {
    src(src: string) {
      const picture = this.$$.querySelector('img')
      if (src) picture?.setAttribute('src', src)
      else picture?.removeAttribute('src')
    },
    mode(mode: string) {
      const picture = this.$$.querySelector('img')
      if (picture) picture.style.objectFit = FITS[mode] ?? 'fill'
    },
  },
  created(element) {
    const picture = document.createElement('img')
    picture.alt = ''
    picture.addEventListener('load', () => {
      this.triggerEvent('load', { width: picture.naturalWidth, height: picture.naturalHeight }, {})
    })
    picture.addEventListener('error', () => this.triggerEvent('error', { errMsg: 'load fail' }, {}))
    element.append(picture)
  },
}
