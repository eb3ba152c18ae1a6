import { toast, toLogin } from './platform/ui'
import { session } from './services/session'

/** Takes up the session of the last start, and leaves for the login page when the server ends it. */
App({
  onLaunch() {
    session.restore()
    session.onEnded((problem) => {
      toLogin()
      toast(problem.message)
    })
  },
})
