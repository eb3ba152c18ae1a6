import { glassEasel } from 'glass-easel-miniprogram-adapter'

/** Warnings of the framework about our own components are errors here; a library's are its own affair. */
export function installWarnings(): void {
  glassEasel.addGlobalWarningListener((message, component) => {
    const where = typeof component === 'string' ? component : component.is
    if (!`${where} ${message}`.includes('miniprogram_npm/')) {
      setTimeout(() => {
        throw new Error(`${where}: ${message}`)
      })
    }
    return false
  })
}
