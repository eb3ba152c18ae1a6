import { button, make, place } from './dom'
import { flash, move, onPhone, sim } from './phone'
import { say } from './said'
import { currentSite, onSite } from './site'

type Place = 'here' | 'far' | 'refused'

/** Default position for sites without one, and a position far from all sites. */
const SOMEWHERE = { lng: 112.938814, lat: 28.228209 }
const FAR = { lng: 87.616848, lat: 43.825592 }

const PLACES: Record<Place, string> = { here: '在场区', far: '很远', refused: '拒绝' }

/** A switch with its label. */
function toggle(text: string, read: (sim: Sim) => boolean, change: (on: boolean) => Partial<SimState>): HTMLElement {
  const box = make('input')
  box.type = 'checkbox'
  box.setAttribute('role', 'switch')
  box.addEventListener('change', () => sim()?.set(change(box.checked)))
  onPhone((phone) => {
    const paint = () => {
      box.checked = read(phone)
    }
    phone.on('state', paint)
    paint()
  })
  return make('label', 'toggle', make('span', '', text), box)
}

function locate(where: Place, permission: SimLocation['permission'] = 'granted'): void {
  const { lng, lat } = where === 'far' ? FAR : (currentSite()?.position ?? SOMEWHERE)
  sim()?.set({ location: { permission, longitude: lng, latitude: lat, accuracy: 20 } })
}

/** The phone is at the chosen site, unless it was sent far away. */
function walkToSite(): void {
  const phone = sim()
  if (phone && placeOf(phone.state) !== 'far') locate('here', phone.state.location.permission)
}

function placeOf({ location: { permission, longitude } }: SimState): Place | undefined {
  if (permission === 'ask') return undefined
  if (permission === 'refused') return 'refused'
  return longitude === FAR.lng ? 'far' : 'here'
}

function locations(): HTMLElement {
  const choices = (Object.keys(PLACES) as Place[]).map((where) => {
    const choice = button('tab', PLACES[where], () => locate(where, where === 'refused' ? 'refused' : 'granted'))
    choice.dataset.place = where
    return choice
  })
  onPhone((phone) => {
    const paint = () => {
      const now = placeOf(phone.state)
      for (const choice of choices) choice.setAttribute('aria-pressed', String(choice.dataset.place === now))
    }
    phone.on('state', paint)
    paint()
  })
  onSite(walkToSite)
  const group = make('div', 'tabs', ...choices)
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', '位置')
  return make('div', 'toggle toggle--tabs', make('span', '', '位置'), group)
}

function shake(): void {
  const phone = sim()
  if (!phone) return
  if (!phone.device.accelerometer) say('首页显示着、并且打开了摇一摇时，手机才感觉得到')
  move('shake')
  void phone.shake()
}

function screenshot(): void {
  flash()
  sim()?.screenshot()
}

/** The controls for the phone and its environment. */
export function startControls(): void {
  const another = button('quiet', '换一个微信用户', () => sim()?.switchUser())
  place('controls').append(
    make('div', 'buttons', button('', '摇一摇', shake), button('', '截屏', screenshot)),
    toggle(
      '断网',
      ({ state }) => state.offline,
      (offline) => ({ offline }),
    ),
    toggle(
      '深色',
      ({ state }) => state.theme === 'dark',
      (dark) => ({ theme: dark ? 'dark' : 'light' }),
    ),
    toggle(
      '拒绝微信登录',
      ({ state }) => state.loginRefused,
      (loginRefused) => ({ loginRefused }),
    ),
    locations(),
    another,
  )
  onPhone((phone) => {
    let felt = phone.device.vibrations.length
    phone.on('device', ({ vibrations }) => {
      if (vibrations.length > felt) move('tremble')
      felt = vibrations.length
    })
  })
}
