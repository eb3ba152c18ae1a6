import { glassEasel } from 'glass-easel-miniprogram-adapter'
import type { Sheets } from './sheets'

const touches = (list: TouchList | undefined) =>
  Array.from(list ?? [], ({ identifier, pageX, pageY, clientX, clientY }) => ({
    identifier,
    pageX,
    pageY,
    clientX,
    clientY,
    x: clientX,
    y: clientY,
  }))

/** The framework's view of the browser, with style sheets of our own and WeChat's fields on touch events. */
export class Backend extends glassEasel.CurrentWindowBackendContext {
  #sheets: Sheets

  constructor(sheets: Sheets) {
    super()
    this.#sheets = sheets
    this.onEvent((target, type, detail, options) => {
      const event = new glassEasel.Event(type, detail, options)
      // the framework's type of the original event is unknown; only touch events have these
      const original = (options as { originalEvent?: TouchEvent }).originalEvent
      Object.assign(event, {
        touches: touches(original?.touches),
        changedTouches: touches(original?.changedTouches),
      })
      glassEasel.Event.dispatchEvent(target, event)
      return event.getEventBubbleStatus()
    })
  }

  override registerStyleSheetContent(): void {
    // all of them are known from the start
  }

  override appendStyleSheetPath(path: string): number {
    this.#sheets.use(path)
    return 0
  }

  override disableStyleSheet(): void {
    // they stay for the next page that uses them
  }
}
