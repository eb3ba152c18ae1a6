import { texts } from './i18n/index'
import { privacy } from './platform/privacy'
import { toast, toLogin } from './platform/ui'
import { session } from './services/session'

/** Restores the session, opens the login page when the server ends it, and shows privacy refusals that no page could ask about. */
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
