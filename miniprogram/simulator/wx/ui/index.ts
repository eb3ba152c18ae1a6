import type { Calls } from '../call'
import { confirm, type Question } from './modal'
import { type Choice, choose } from './sheet'
import { Toasts, type Word } from './toast'

/** What WeChat draws over the mini-program. */
export function ui(calls: Calls, toasts: Toasts): Record<string, unknown> {
  return {
    showToast: calls.define<Word>('showToast', (word) => toasts.show(word)),
    hideToast: calls.define('hideToast', () => toasts.hide()),
    showLoading: calls.define<Word>('showLoading', (word) => toasts.show({ ...word, icon: 'loading' }, true)),
    hideLoading: calls.define('hideLoading', () => toasts.hide()),
    showModal: calls.define<Question>('showModal', confirm),
    showActionSheet: calls.define<Choice>('showActionSheet', choose),
    hideKeyboard: calls.define('hideKeyboard', () => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    }),
  }
}

export { Toasts }
