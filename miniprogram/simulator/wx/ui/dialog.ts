/** Opens a modal dialog; the browser keeps the focus in it, and Escape leaves it. */
export function openDialog(kind: string, label: string, onCancel: () => void): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.className = `wx-dialog ${kind}`
  dialog.setAttribute('aria-label', label)
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    onCancel()
  })
  document.body.append(dialog)
  return dialog
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}
