import { emitter } from '../domain/events'

/** Where the API is: put in by the build (tools/); empty is the same origin, as in the simulator. */
declare const __API_BASE__: string | undefined

/** An answer as it came. */
export interface RawAnswer {
  status: number
  /** By lower-case name. */
  headers: Record<string, string>
  body: unknown
  /** The phone's clock when the request left and when the answer came, milliseconds. */
  sentAt: number
  receivedAt: number
}

/** A request to be sent as it is. */
export interface RawRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  headers: Record<string, string>
  body?: string
  timeoutMs: number
}

/** Lets a caller give up. */
export interface Signal {
  readonly aborted: boolean
  onAbort(listener: () => void): () => void
}

/** Makes a signal and the way to give it: `const { signal, cancel } = canceller()`. */
export function canceller(): { signal: Signal; cancel(): void } {
  const aborted = emitter<void>()
  let done = false
  return {
    signal: {
      get aborted() {
        return done
      },
      onAbort: (listener) => aborted.on(listener),
    },
    cancel() {
      if (done) return
      done = true
      aborted.emit()
    },
  }
}

/** Gives up as soon as one of two does. */
export function either(one: Signal, other: Signal | undefined): Signal {
  if (other === undefined) return one
  return {
    get aborted() {
      return one.aborted || other.aborted
    },
    onAbort(listener) {
      const leaves = [one.onAbort(listener), other.onAbort(listener)]
      return () => {
        for (const leave of leaves) leave()
      }
    },
  }
}

function base(): string {
  return typeof __API_BASE__ === 'string' ? __API_BASE__ : ''
}

/** Sends one request once. Resolves to what came, whatever its status; to nothing when no answer came. */
export function send(request: RawRequest, signal?: Signal): Promise<RawAnswer | undefined> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(undefined)
    const sentAt = Date.now()
    let leave: (() => void) | undefined
    const finish = (answer: RawAnswer | undefined): void => {
      leave?.()
      resolve(answer)
    }
    const task = wx.request({
      url: base() + request.path,
      method: request.method,
      header: request.headers,
      ...(request.body === undefined ? {} : { data: request.body }),
      timeout: request.timeoutMs,
      success: ({ statusCode, header, data }) =>
        finish({ status: statusCode, headers: lowered(header), body: parsed(data), sentAt, receivedAt: Date.now() }),
      fail: () => finish(undefined),
    })
    leave = signal?.onAbort(() => {
      task.abort()
      finish(undefined)
    })
  })
}

function lowered(headers: WechatMiniprogram.IAnyObject): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {})) result[name.toLowerCase()] = String(value)
  return result
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}
