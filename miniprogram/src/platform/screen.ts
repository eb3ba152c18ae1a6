/** The size of the window, px, and physical pixels per px. */
export interface Screen {
  width: number
  height: number
  ratio: number
}

export function screen(): Screen {
  const { windowWidth, windowHeight, pixelRatio } = wx.getWindowInfo()
  return { width: windowWidth, height: windowHeight, ratio: pixelRatio }
}

/** Scrolls the page until the element of this id is at its top. */
export function scrollTo(id: string): void {
  void wx.pageScrollTo({ selector: `#${id}`, offsetTop: -24, duration: 200 })
}
