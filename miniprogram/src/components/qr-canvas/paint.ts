/** The largest whole number of physical pixels a module may have on a plate of `size` px, and the side of the code. */
export function measure(modules: number, size: number, ratio: number): { module: number; side: number } {
  const module = Math.max(1, Math.floor((size * ratio) / modules))
  return { module, side: module * modules }
}

/** Clears a canvas. */
export function clear(canvas: WechatMiniprogram.Canvas): void {
  const context: WechatMiniprogram.CanvasRenderingContext.CanvasRenderingContext2D = canvas.getContext('2d')
  context.clearRect(0, 0, canvas.width, canvas.height)
}

/** Fills a canvas with the code: black on white. */
export function paint(
  canvas: WechatMiniprogram.Canvas,
  modules: readonly (readonly boolean[])[],
  module: number,
): void {
  const side = module * modules.length
  canvas.width = side
  canvas.height = side
  const context: WechatMiniprogram.CanvasRenderingContext.CanvasRenderingContext2D = canvas.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, side, side)
  context.fillStyle = '#000000'
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) context.fillRect(x * module, y * module, module, module)
    })
  })
}
