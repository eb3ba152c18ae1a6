import { isSimulated } from './api'
import { startCards } from './cards'
import { startControls } from './controls'
import { place } from './dom'
import { startDoor } from './door'
import { startMessages } from './messages'
import { watchSite } from './site'

const clock = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })

function showTime(): void {
  place('clock').textContent = clock.format(new Date())
}

/** With real vendors most of the panel has no data. */
async function start(): Promise<void> {
  const simulated = await isSimulated().catch(() => true)
  place('real-server').hidden = simulated
  for (const section of document.querySelectorAll<HTMLElement>('[data-simulated]')) section.hidden = !simulated
  if (!simulated) return
  startDoor()
  startMessages()
  startCards()
}

showTime()
setInterval(showTime, 10_000)
watchSite()
startControls()
void start()
