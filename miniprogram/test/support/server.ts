import type { Reply, Sent } from '../fake-wx'

/** A problem as answered by the server. */
export function problem(status: number, code: string, detail: string, more: Record<string, unknown> = {}): Reply {
  const body = { type: `/problems/${code}`, title: 'Problem', status, code, detail, requestId: 'request-1', ...more }
  return { status, headers: { 'Content-Type': 'application/problem+json' }, body }
}

/** Tokens of the `n`th pair. */
export function tokens(n: number, accountId = 'account-1'): Record<string, unknown> {
  return { accessToken: `access-${n}`, refreshToken: `refresh-${n}`, expiresIn: 600, accountId, wechatLinked: false }
}

/** An answer that is delivered when `answer` is called. */
export function delayedReply(): { reply: Promise<Reply>; answer(reply: Reply): void } {
  let answer: (reply: Reply) => void = () => undefined
  const reply = new Promise<Reply>((resolve) => {
    answer = resolve
  })
  return { reply, answer }
}

/** Answers by method and path; what is not listed is a 404. */
export function routes(table: Record<string, Reply | ((sent: Sent) => Reply | Promise<Reply>)>) {
  return (sent: Sent): Reply | Promise<Reply> => {
    const found = table[`${sent.method} ${sent.path.split('?')[0]}`]
    if (found === undefined) return problem(404, 'no-such-place', '没有这个地址')
    return typeof found === 'function' ? found(sent) : found
  }
}
