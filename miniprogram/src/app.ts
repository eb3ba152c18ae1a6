import { texts } from './i18n/index'
import { privacy } from './platform/privacy'
import { toast, toLogin } from './platform/ui'
import { session } from './services/session'

/** Takes up the session of the last start, leaves for the login page when the server ends it, says what no page could ask. */
App({
  onLaunch() {
    session.restore()
    session.onEnded((problem) => {
      toLogin()
      toast(problem.message)
    })
    privacy.onUnheard(() => toast(texts('home').privacyFirst))
  },
})
