import { Refusal } from '../call'
import { element, openDialog } from './dialog'

export interface Choice {
  itemList: string[]
  alertText?: string
  itemColor?: string
}

/** WeChat's list of choices from the lower edge. */
export function choose({ itemList, alertText = '' }: Choice): Promise<{ tapIndex: number }> {
  return new Promise((resolve, reject) => {
    const end = (index: number | undefined) => {
      dialog.close()
      dialog.remove()
      if (index === undefined) reject(new Refusal('cancel'))
      else resolve({ tapIndex: index })
    }
    const dialog = openDialog('wx-sheet', alertText || '请选择', () => end(undefined))
    const button = (text: string, index: number | undefined) => {
      const made = element('button', index === undefined ? 'wx-sheet-cancel' : 'wx-sheet-item', text)
      made.type = 'button'
      made.addEventListener('click', () => end(index))
      return made
    }
    if (alertText) dialog.append(element('div', 'wx-sheet-title', alertText))
    dialog.append(...itemList.map(button), button('取消', undefined))
    dialog.showModal()
  })
}
