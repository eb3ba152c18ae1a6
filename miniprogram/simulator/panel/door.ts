import { type Door, doors, scan } from './api'
import { button, make, place } from './dom'
import { DoorPicture } from './door-picture'
import { poll } from './poll'
import { readScreen } from './reader'
import { currentSite, onSite } from './site'

const POLL_MS = 1000
const DENIED_MS = 2600

/** The doors of the phone's site: shows codes to their readers, and shows what the doors do. */
class DoorPanel {
  #doors: Door[] = []
  #chosen: string | undefined
  #lastCode: string | undefined
  #busy = false
  /** Until when the door last opened here stays open, by the page's own clock. */
  #openUntil = 0

  #picture = new DoorPicture()
  #tabs = make('div', 'tabs')
  #said = make('p', 'door-said', '请先在手机上登录并选择场区')
  #show = button('main', '把手机屏幕对准读头', () => void this.#read())
  #again = button('', '重放上一个码', () => void this.#replay())

  constructor(parent: HTMLElement) {
    this.#said.setAttribute('role', 'status')
    this.#tabs.setAttribute('role', 'group')
    this.#tabs.setAttribute('aria-label', '选择门')
    parent.append(this.#tabs, this.#picture.element, this.#said, make('div', 'buttons', this.#show, this.#again))
    this.#paint()
    onSite(() => void this.#newSite())
    poll(POLL_MS, () => this.#refresh())
    setInterval(() => this.#paintOpen(), 200)
  }

  get #door(): Door | undefined {
    return this.#doors.find(({ id }) => id === this.#chosen) ?? this.#doors[0]
  }

  async #newSite(): Promise<void> {
    this.#doors = []
    this.#chosen = undefined
    await this.#refresh()
    this.#say(this.#doors.length > 0 ? '门关着' : '这个场区没有门')
  }

  async #refresh(): Promise<void> {
    const site = currentSite()
    if (!site) return
    const before = new Map(this.#doors.map(({ id, pulses }) => [id, pulses]))
    this.#doors = await doors(site.id)
    const moved = this.#doors.find(({ id, pulses, open }) => open && pulses > (before.get(id) ?? pulses))
    if (moved && !this.#busy && Date.now() > this.#openUntil) {
      this.#chosen = moved.id
      this.#say(`${moved.name}已打开`, 'granted')
    }
    this.#paint()
  }

  async #read(): Promise<void> {
    if (this.#busy) return
    this.#picture.light('reading')
    const code = await readScreen()
    if (code) await this.#present(code)
    else this.#say('读头没有看到二维码：请在手机上打开首页；还没有卡的，先绑定一张', 'denied')
  }

  async #replay(): Promise<void> {
    if (this.#lastCode && !this.#busy) await this.#present(this.#lastCode)
  }

  async #present(code: string): Promise<void> {
    const door = this.#door
    if (!door) return
    this.#busy = true
    this.#lastCode = code
    this.#paint()
    try {
      const { decision, text, pulseMs } = await scan(door.id, code)
      if (decision === 'grant') {
        this.#openUntil = Date.now() + pulseMs
        this.#say(`${door.name}已打开`, 'granted')
      } else this.#say(text, 'denied')
    } catch {
      this.#say('读头没有得到回答，请再试一次', 'denied')
    }
    this.#busy = false
    this.#paint()
    this.#paintOpen()
  }

  #say(text: string, light: 'ready' | 'granted' | 'denied' = 'ready'): void {
    this.#said.textContent = text
    this.#said.dataset.light = light
    this.#picture.light(light)
    if (light === 'denied') setTimeout(() => this.#calm(text), DENIED_MS)
  }

  /** The reader's light goes back to blue; the words stay. */
  #calm(text: string): void {
    if (this.#said.textContent === text) this.#picture.light('ready')
  }

  #paint(): void {
    const door = this.#door
    this.#picture.name(door?.name ?? '')
    this.#show.disabled = !door || this.#busy
    this.#again.disabled = !door || !this.#lastCode || this.#busy
    const tabs = this.#doors.map(({ id, name }) => {
      const tab = button('tab', name, () => {
        this.#chosen = id
        this.#openUntil = 0
        this.#say('门关着')
        this.#paint()
      })
      tab.setAttribute('aria-pressed', String(id === door?.id))
      return tab
    })
    const same = tabs.length === this.#tabs.children.length
    if (!same || tabs.some((tab, index) => !tab.isEqualNode(this.#tabs.children[index] ?? null))) {
      this.#tabs.replaceChildren(...(tabs.length > 1 ? tabs : []))
    }
  }

  #paintOpen(): void {
    const door = this.#door
    const left = this.#openUntil - Date.now()
    const open = left > 0 || Boolean(door?.open)
    const wasOpen = this.#said.dataset.light === 'granted'
    this.#picture.open(open)
    if (!door || !wasOpen) return
    if (left > 0) this.#said.textContent = `${door.name}已打开 · ${Math.ceil(left / 1000)} 秒后关闭`
    else if (!open) this.#say('门关着')
  }
}

export function startDoor(): void {
  new DoorPanel(place('door'))
}
