import type { Phone } from '../state'
import type { Calls } from './call'

type Option = WechatMiniprogram.RequestOption<string | WechatMiniprogram.IAnyObject | ArrayBuffer>

const TIMEOUT = 60_000

function withQuery(url: string, data: Option['data']): URL {
  const address = new URL(url, location.href)
  if (data && typeof data === 'object' && !(data instanceof ArrayBuffer)) {
    for (const [name, value] of Object.entries(data)) address.searchParams.set(name, String(value))
  }
  return address
}

function bodyOf(data: Option['data']): BodyInit | undefined {
  if (data === undefined || typeof data === 'string' || data instanceof ArrayBuffer) return data
  return JSON.stringify(data)
}

function parsed(text: string, dataType: string): unknown {
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** As WeChat sends them: names in any case, JSON unless said otherwise. */
function headersOf(given: Record<string, string>): Headers {
  const headers = new Headers({ 'content-type': 'application/json' })
  for (const [name, value] of Object.entries(given)) headers.set(name, value)
  return headers
}

async function send(option: Option, phone: Phone, stop: AbortController) {
  const { url, method = 'GET', data, header = {}, dataType = 'json', responseType = 'text' } = option
  if (phone.state.offline) throw new Error('net::ERR_INTERNET_DISCONNECTED')
  const address = method === 'GET' ? withQuery(url, data) : new URL(url, location.href)
  const response = await fetch(address, {
    method,
    headers: headersOf(header as Record<string, string>),
    body: method === 'GET' ? undefined : bodyOf(data),
    signal: stop.signal,
    cache: 'no-store',
    credentials: 'omit',
  })
  const body = responseType === 'text' ? parsed(await response.text(), dataType) : await response.arrayBuffer()
  if (phone.state.offline) throw new Error('net::ERR_INTERNET_DISCONNECTED')
  const path = address.pathname + address.search
  phone.emit('response', { method, path, status: response.status, body })
  const headers = Object.fromEntries(response.headers)
  return { statusCode: response.status, data: body, header: headers, cookies: [], errMsg: 'request:ok' }
}

/** `wx.request`, which returns no promise but a task. */
export function request(phone: Phone, calls: Calls) {
  return (option: Option): WechatMiniprogram.RequestTask => {
    const { url, method = 'GET', header } = option
    // Bodies are not recorded: they may contain passwords and codes.
    calls.record('request', { url, method, header })
    const stop = new AbortController()
    let why = ''
    const end = (reason: string) => {
      why = reason
      stop.abort()
    }
    const timer = setTimeout(() => end('timeout'), option.timeout ?? TIMEOUT)
    send(option, phone, stop)
      .finally(() => clearTimeout(timer))
      .then(
        (result) => {
          option.success?.(result as never)
          option.complete?.(result as never)
        },
        (error: Error) => {
          const result = { errMsg: `request:fail ${why || error.message}`, errno: why === 'timeout' ? 5 : 600_001 }
          option.fail?.(result as never)
          option.complete?.(result as never)
        },
      )
    const ignored = () => {}
    return {
      abort: () => end('abort'),
      onHeadersReceived: ignored,
      offHeadersReceived: ignored,
      onChunkReceived: ignored,
      offChunkReceived: ignored,
    } as WechatMiniprogram.RequestTask
  }
}
