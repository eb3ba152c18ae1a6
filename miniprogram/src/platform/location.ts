/** The phone's position, GCJ-02, or why it is unknown. */
export type Place =
  | {
      kind: 'here'
      lng: number
      lat: number
      /** Metres. */
      accuracy: number
    }
  | { kind: 'refused' }
  | { kind: 'unavailable' }

/** The user's decision about the location permission. */
export type LocationConsent = 'granted' | 'refused' | 'unasked'

const SCOPE = 'scope.userLocation'

/** The decision so far; does not ask the user. */
export function locationConsent(): Promise<LocationConsent> {
  return new Promise((resolve) => {
    wx.getSetting({
      success: ({ authSetting }) => {
        const granted = authSetting[SCOPE]
        resolve(granted === undefined ? 'unasked' : granted ? 'granted' : 'refused')
      },
      fail: () => resolve('unasked'),
    })
  })
}

/** Whether the user refused in WeChat. If the system denies WeChat the location, WeChat's settings cannot help. */
function isRefusal(message: string): boolean {
  return /auth|deny|denied|privacy/i.test(message) && !/system/i.test(message)
}

/** Requests the position. The first time, WeChat asks the user; after a refusal it does not ask again. */
export function locate(): Promise<Place> {
  return new Promise((resolve) => {
    wx.getLocation({
      type: 'gcj02',
      isHighAccuracy: true,
      highAccuracyExpireTime: 3_000,
      success: ({ longitude, latitude, accuracy }) => {
        resolve({ kind: 'here', lng: longitude, lat: latitude, accuracy })
      },
      fail: ({ errMsg }) => resolve({ kind: isRefusal(errMsg) ? 'refused' : 'unavailable' }),
    })
  })
}

/** Opens WeChat's permission settings, only from a tap; resolves to the decision afterwards. */
export function openPermissions(): Promise<LocationConsent> {
  return new Promise((resolve) => {
    wx.openSetting({
      success: ({ authSetting }) => resolve(authSetting[SCOPE] ? 'granted' : 'refused'),
      fail: () => resolve('refused'),
    })
  })
}
