import type { Phone } from '../state'
import type { Calls } from './call'
import type { Toasts } from './ui'

/** The phone's screen, motor and clipboard. What is done to them shows in `__sim.device`. */
export function device(phone: Phone, calls: Calls, toasts: Toasts): Record<string, unknown> {
  const vibrate = (kind: 'short' | 'long') => {
    phone.touch({ vibrations: [...phone.device.vibrations, kind] })
    navigator.vibrate?.(kind === 'short' ? 15 : 400)
  }
  return {
    vibrateShort: calls.define('vibrateShort', () => vibrate('short')),
    vibrateLong: calls.define('vibrateLong', () => vibrate('long')),
    getScreenBrightness: calls.define('getScreenBrightness', () => ({ value: phone.device.brightness })),
    setScreenBrightness: calls.define<{ value: number }>('setScreenBrightness', ({ value }) =>
      phone.touch({ brightness: value }),
    ),
    setKeepScreenOn: calls.define<{ keepScreenOn: boolean }>('setKeepScreenOn', ({ keepScreenOn }) =>
      phone.touch({ keepScreenOn }),
    ),
    setVisualEffectOnCapture: calls.define<{ visualEffect: 'none' | 'hidden' }>(
      'setVisualEffectOnCapture',
      ({ visualEffect }) => phone.touch({ captureEffect: visualEffect }),
    ),
    setClipboardData: calls.define<{ data: string }>('setClipboardData', async ({ data }) => {
      phone.touch({ clipboard: data })
      await navigator.clipboard?.writeText(data).catch(() => {})
      toasts.show({ title: '内容已复制' })
    }),
    getClipboardData: calls.define('getClipboardData', () => ({ data: phone.device.clipboard })),
    makePhoneCall: calls.accept('makePhoneCall'),
  }
}
