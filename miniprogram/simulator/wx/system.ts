import type { Lifecycle } from '../runtime/lifecycle'
import type { Themes } from '../runtime/theme'
import type { Calls } from './call'

const barHeight = () => document.getElementById('wx-pages')?.getBoundingClientRect().top ?? 0

function windowInfo() {
  const [width, height, top] = [innerWidth, innerHeight, barHeight()]
  return {
    pixelRatio: devicePixelRatio,
    screenWidth: width,
    screenHeight: height,
    windowWidth: width,
    windowHeight: height - top,
    statusBarHeight: 0,
    screenTop: top,
    safeArea: { left: 0, top: 0, right: width, bottom: height, width, height },
  }
}

const deviceInfo = () => ({
  brand: 'simulator',
  model: 'browser',
  system: 'Android 14',
  platform: 'android',
  memorySize: 4096,
  benchmarkLevel: 30,
  abi: '',
  cpuType: '',
})

/** System information of phone and WeChat. */
export function system(calls: Calls, themes: Themes, lifecycle: Lifecycle): Record<string, unknown> {
  const baseInfo = () => ({
    SDKVersion: '3.10.0',
    version: '8.0.50',
    language: 'zh_CN',
    theme: themes.current,
    host: { env: 'WeChat' },
    enableDebug: false,
    fontSizeSetting: 16,
  })
  const all = () => ({ ...windowInfo(), ...baseInfo(), ...deviceInfo() })
  return {
    env: { USER_DATA_PATH: 'wxfile://usr' },
    getWindowInfo: windowInfo,
    getAppBaseInfo: baseInfo,
    getDeviceInfo: deviceInfo,
    getSystemInfoSync: all,
    getSystemInfo: calls.define('getSystemInfo', all),
    getSystemSetting: () => ({ bluetoothEnabled: true, locationEnabled: true, wifiEnabled: true }),
    getLaunchOptionsSync: () => lifecycle.launched,
    getEnterOptionsSync: () => lifecycle.launched,
    getMenuButtonBoundingClientRect: () => {
      const [width, height, top] = [87, 32, 6]
      return { width, height, top, bottom: top + height, right: innerWidth - 7, left: innerWidth - 7 - width }
    },
    getUpdateManager: () => ({
      onCheckForUpdate() {},
      onUpdateReady() {},
      onUpdateFailed() {},
      applyUpdate() {},
    }),
    nextTick: (run: () => void) => queueMicrotask(run),
    onAppShow: (listener: () => void) => void lifecycle.on('show', listener),
    offAppShow: (listener?: () => void) => lifecycle.off('show', listener),
    onAppHide: (listener: () => void) => void lifecycle.on('hide', listener),
    offAppHide: (listener?: () => void) => lifecycle.off('hide', listener),
  }
}
