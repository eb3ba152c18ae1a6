/** An entry of the main screen. Without a `url` it is shown greyed: 即将开通. */
export interface Entry {
  id: 'card' | 'invite' | 'visits' | 'approvals'
  icon: string
  url: string
  soon: boolean
}

/** In the manual's order. */
export const entries: Entry[] = [
  { id: 'card', icon: 'creditcard', url: '/packages/card/list/index', soon: false },
  { id: 'invite', icon: 'calendar-event', url: '', soon: true },
  { id: 'visits', icon: 'assignment', url: '', soon: true },
  { id: 'approvals', icon: 'task-checked', url: '', soon: true },
]
