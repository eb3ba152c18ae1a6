import type { Phone } from '../state'
import { type Calls, Refusal } from './call'
import type { Privacy } from './privacy'
import { confirm } from './ui/modal'

const SCOPE = 'scope.userLocation'

/** The location API, subject to the user's permission. */
export function location(phone: Phone, calls: Calls, privacy: Privacy): Record<string, unknown> {
  const decide = (permission: SimLocation['permission']) =>
    phone.set({ location: { ...phone.state.location, permission } })
  const permit = async () => {
    if (phone.state.location.permission === 'ask') {
      const content = '用于找出您身边的门和附近的场区'
      const question = { title: '申请获取您的位置', content, confirmText: '允许', cancelText: '拒绝' }
      decide((await confirm(question)).confirm ? 'granted' : 'refused')
    }
    if (phone.state.location.permission === 'refused') throw new Refusal('auth deny', { errno: 103 })
  }
  const where = async () => {
    await privacy.need('getLocation')
    await permit()
    const { longitude, latitude, accuracy } = phone.state.location
    return { longitude, latitude, accuracy, horizontalAccuracy: accuracy, verticalAccuracy: 0, altitude: 0, speed: -1 }
  }
  const settings = () => {
    const { permission } = phone.state.location
    return { authSetting: permission === 'ask' ? {} : { [SCOPE]: permission === 'granted' } }
  }
  return {
    getLocation: calls.define('getLocation', where),
    getFuzzyLocation: calls.define('getFuzzyLocation', where),
    getSetting: calls.define('getSetting', settings),
    authorize: calls.define<{ scope: string }>('authorize', ({ scope }) => (scope === SCOPE ? permit() : undefined)),
    openSetting: calls.define('openSetting', async () => {
      const question = { title: '设置', content: '使用我的位置信息', confirmText: '允许', cancelText: '不允许' }
      decide((await confirm(question)).confirm ? 'granted' : 'refused')
      return settings()
    }),
    getAppAuthorizeSetting: () => ({ locationAuthorized: 'authorized', bluetoothAuthorized: 'authorized' }),
  }
}
