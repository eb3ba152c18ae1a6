// The browser for looking and testing: Debian's chromium, or the one CHROMIUM names.
import { chromium } from 'playwright-core'

/** Opens a browser that makes no requests of its own. */
export function openChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      // root has no sandbox
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
