type Child = Node | string

/** An element with its class and what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children)
  return element
}

export function button(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const made = make('button', className, text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

/** The element of index.html with this id. */
export function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`index.html has no #${id}`)
  return found
}
