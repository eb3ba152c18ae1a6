import * as adapter from 'glass-easel-miniprogram-adapter'

/** Counts setData calls, and rejects values that WeChat could not transfer as JSON. */
export class Meter implements SimMeter {
  calls = 0
  bytes = 0
  entries: SimMeter['entries'] = []

  reset(): void {
    this.calls = 0
    this.bytes = 0
    this.entries = []
  }

  /** From now on every setData is counted. */
  install(): void {
    const caller = adapter.component.ComponentCaller.prototype
    const setData = caller.setData
    const meter = this
    caller.setData = function counted(data, callback) {
      meter.#count(this.is, data)
      setData.call(this, data, callback)
    }
  }

  #count(is: string, data: unknown): void {
    refuseStrange(data, is)
    const bytes = new TextEncoder().encode(JSON.stringify(data) ?? '').length
    this.calls += 1
    this.bytes += bytes
    this.entries.push({ is, bytes, at: performance.now() })
    if (this.entries.length > 5000) this.entries.shift()
  }
}

/** Throws for values that JSON cannot represent. `undefined` is allowed only as a property of an object. */
function refuseStrange(value: unknown, path: string): void {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      if (item === undefined) throw new Error(`setData: ${path}[${index}] is undefined`)
      refuseStrange(item, `${path}[${index}]`)
    })
    return
  } else if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      for (const [key, item] of Object.entries(value)) refuseStrange(item, `${path}.${key}`)
      return
    }
  }
  throw new Error(`setData: ${path} is not JSON (${Object.prototype.toString.call(value).slice(8, -1)})`)
}
