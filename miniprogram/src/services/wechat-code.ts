import { Problem } from '../api/errors'
import { texts } from '../i18n'
import { loginCode } from '../platform/login'
import { sessionState } from './session-state'

/** A login code of WeChat. Fails with `wechat-refused` when WeChat gives none. */
export async function wechatCode(): Promise<string> {
  const code = await loginCode()
  const t = texts('common')
  const message = sessionState.current() ? t.wechatSilent : t.wechatRefused
  if (code === undefined) throw new Problem(0, 'wechat-refused', message)
  return code
}
