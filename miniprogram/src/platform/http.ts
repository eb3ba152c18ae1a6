import { emitter } from '../domain/events'

/** Base URL of the API, set by the build (tools/); empty means the same origin, as in the simulator. */
declare const __API_BASE__: string | undefined

/** An HTTP response. */
export interface RawAnswer {
  status: number
  /** Names are in lower case. */
  headers: Record<string, string>
  body: unknown
  /** The phone's clock at sending and receiving, milliseconds. */
  sentAt: number
  receivedAt: number
}

/** An HTTP request. */
export interface RawRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  headers: Record<string, string>
  body?: string
  timeoutMs: number
}

/** A cancellation signal. */
export interface Signal {
  readonly aborted: boolean
  onAbort(listener: () => void): () => void
}

/** Creates a signal and the function that triggers it. */
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

/** A signal that is aborted when either of two is. */
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

/** Sends one request once. Resolves to the response with any status, or to undefined when none came. */
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
