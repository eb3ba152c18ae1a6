import { element, openDialog } from './dialog'

export interface Question {
  title?: string
  content?: string
  showCancel?: boolean
  confirmText?: string
  cancelText?: string
  confirmColor?: string
  cancelColor?: string
  editable?: boolean
  placeholderText?: string
}

export interface Answer {
  confirm: boolean
  cancel: boolean
  content?: string
}

/** WeChat's question with one or two buttons, and a line to write when `editable`. */
export function confirm(question: Question): Promise<Answer> {
  const { title = '', content = '', showCancel = true, confirmText = '确定', cancelText = '取消' } = question
  return new Promise((resolve) => {
    const field = element('input', 'wx-modal-field')
    const answer = (yes: boolean) => {
      dialog.close()
      dialog.remove()
      const written = question.editable && yes ? { content: field.value } : {}
      resolve({ confirm: yes, cancel: !yes, ...written })
    }
    const dialog = openDialog('wx-modal', title || content, () => answer(false))
    const button = (text: string, yes: boolean, color: string | undefined) => {
      const made = element('button', yes ? 'wx-modal-yes' : 'wx-modal-no', text)
      made.type = 'button'
      if (color) made.style.setProperty('--color', color)
      made.addEventListener('click', () => answer(yes))
      return made
    }
    if (title) dialog.append(element('div', 'wx-modal-title', title))
    if (question.editable) {
      field.value = content
      field.placeholder = question.placeholderText ?? ''
      field.setAttribute('aria-label', title || field.placeholder)
      dialog.append(field)
    } else if (content) dialog.append(element('div', 'wx-modal-text', content))
    const buttons = element('div', 'wx-modal-buttons')
    if (showCancel) buttons.append(button(cancelText, false, question.cancelColor))
    buttons.append(button(confirmText, true, question.confirmColor))
    dialog.append(buttons)
    dialog.showModal()
  })
}
