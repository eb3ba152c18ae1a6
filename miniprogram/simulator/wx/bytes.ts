import type { Calls } from './call'

/** Bytes and chance. */
export function bytes(calls: Calls): Record<string, unknown> {
  return {
    getRandomValues: calls.define<{ length: number }>('getRandomValues', ({ length }) => ({
      randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer,
    })),
    arrayBufferToBase64: (buffer: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))),
    base64ToArrayBuffer: (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer,
  }
}
