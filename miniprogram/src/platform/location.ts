/** Where the phone is, GCJ-02, or why that is not known. Refusing is an answer like another. */
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

/** What the user said when asked for the location. */
export type LocationConsent = 'granted' | 'refused' | 'unasked'

const SCOPE = 'scope.userLocation'

/** What was said so far; asks nobody. */
export function locationConsent(): Promise<LocationConsent> {
  return new Promise((resolve) => {
    wx.getSetting({
      success: ({ authSetting }) => {
        const said = authSetting[SCOPE]
        resolve(said === undefined ? 'unasked' : said ? 'granted' : 'refused')
      },
      fail: () => resolve('unasked'),
    })
  })
}

/** The user refused. A system that lets WeChat itself have no location is another matter: WeChat's settings cannot help. */
function isRefusal(message: string): boolean {
  return /auth|deny|denied|privacy/i.test(message) && !/system/i.test(message)
}

/** Asks for the place. The first time, WeChat asks the user; after a refusal it does not ask again. */
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

/** Opens WeChat's own page of permissions, from a tap only; resolves to what holds afterwards. */
export function openPermissions(): Promise<LocationConsent> {
  return new Promise((resolve) => {
    wx.openSetting({
      success: ({ authSetting }) => resolve(authSetting[SCOPE] ? 'granted' : 'refused'),
      fail: () => resolve('refused'),
    })
  })
}
