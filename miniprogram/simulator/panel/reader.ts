import { sim } from './phone'

/** A QR code needs a light edge to be found. */
const EDGE = 24

function pixels(canvas: HTMLCanvasElement): ImageData | undefined {
  if (canvas.width === 0 || canvas.height === 0) return undefined
  const copy = document.createElement('canvas')
  copy.width = canvas.width + 2 * EDGE
  copy.height = canvas.height + 2 * EDGE
  const context = copy.getContext('2d')
  if (!context) return undefined
  context.fillStyle = '#fff'
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, EDGE, EDGE)
  return context.getImageData(0, 0, copy.width, copy.height)
}

const isShown = (canvas: HTMLCanvasElement) =>
  canvas.checkVisibility({ opacityProperty: true, visibilityProperty: true } as CheckVisibilityOptions)

/** What the code on the phone's screen says, read from its pixels as a reader would. */
export async function readScreen(): Promise<string | undefined> {
  // fetched when first wanted: it is as large as the rest of the panel
  const { default: decode } = await import('jsqr')
  for (const canvas of sim()?.canvases() ?? []) {
    const image = isShown(canvas) ? pixels(canvas) : undefined
    const found = image && decode(image.data, image.width, image.height)
    if (found?.data) return found.data
  }
  return undefined
}
