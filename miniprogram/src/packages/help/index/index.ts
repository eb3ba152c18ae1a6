import { type ReasonCode, reasonCode, reasonCodes } from '../../../domain/reason'
import { texts } from '../../../i18n/index'
import { scrollTo } from '../../../platform/screen'
import { title } from '../../../platform/ui'
import { settings } from '../../../services/settings'

interface ShownReason {
  code: ReasonCode
  title: string
  meaning: string
  todo: string
}

function shownReasons(): ShownReason[] {
  const words = texts('reasons')
  return reasonCodes.filter((code) => code !== 'ok').map((code) => ({ code, ...words[code] }))
}

/** A reason or a question by id; undefined for anything else. */
function topicOf(name: string | undefined): string | undefined {
  return reasonCode(name) ?? texts('help').questions.find(({ id }) => id === name)?.id
}

/** Questions of new users, and an explanation of every reason a door gives. `reason` opens one and scrolls to it. */
Page({
  data: {
    t: texts('help'),
    look: settings.look(),
    reasons: [] as ShownReason[],
    open: {} as Record<string, boolean>,
  },
  onLoad(query: { reason?: string }) {
    const wanted = topicOf(query.reason)
    this.setData({
      t: texts('help'),
      look: settings.look(),
      reasons: shownReasons(),
      open: wanted ? { [wanted]: true } : {},
    })
    title(texts('help').title)
  },

  onReady() {
    const [wanted] = Object.keys(this.data.open)
    if (wanted) scrollTo(`topic-${wanted}`)
  },

  onToggle(event: WechatMiniprogram.TouchEvent) {
    const { id } = event.currentTarget.dataset as { id: string }
    this.setData({ [`open.${id}`]: !this.data.open[id] })
  },
})
