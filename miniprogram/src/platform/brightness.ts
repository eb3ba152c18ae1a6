const FULL = 1

let before: number | undefined
let wanted = false
let work: Promise<void> = Promise.resolve()

function read(): Promise<number | undefined> {
  return new Promise((resolve) => {
    wx.getScreenBrightness({ success: ({ value }) => resolve(value), fail: () => resolve(undefined) })
  })
}

function write(value: number): Promise<void> {
  return new Promise((resolve) => {
    wx.setScreenBrightness({ value, complete: () => resolve() })
  })
}

function awake(keepScreenOn: boolean): void {
  wx.setKeepScreenOn({ keepScreenOn, fail: () => undefined })
}

/** Applies the wanted brightness when this step runs. Steps run one after another. */
async function applyBrightness(): Promise<void> {
  if (wanted && before === undefined) {
    const value = await read()
    // Switched on and off again before the phone answered: nothing to do.
    if (!wanted || value === undefined) return
    before = value
    await write(FULL)
  } else if (!wanted && before !== undefined) {
    const value = before
    before = undefined
    await write(value)
  }
}

function want(bright: boolean): Promise<void> {
  wanted = bright
  awake(bright)
  work = work.then(applyBrightness)
  return work
}

/** The screen while a code is shown: bright and awake. */
export const screenLight = {
  /** Full brightness, and the screen stays on. May be called repeatedly. */
  on(): Promise<void> {
    return want(true)
  },

  /** Restores the state before `on`. Call it in onHide and in onUnload. */
  off(): Promise<void> {
    return want(false)
  },
}
