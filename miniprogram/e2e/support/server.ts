import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const UNLIMITED = '1000000'
const LIMITS = [
  'LOGINS_PER_MINUTE',
  'CODES_PER_ACCOUNT',
  'CODES_PER_ADDRESS',
  'CODES_PER_SITE',
  'CODES_PER_PHONE_MINUTE',
  'CODES_PER_PHONE_HOUR',
  'CODES_PER_PHONE_DAY',
  'CODES_IN_ALL',
  'PASSWORDS_PER_ADDRESS',
  'ENROLMENTS_PER_MINUTE',
]

/** A Kaimen server of its own, with its simulators and the mini-program built for browsers. */
export interface ServerProcess {
  base: string
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again at the same address, on the same data. */
  start(): Promise<void>
  stop(): Promise<void>
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

function binary(): string {
  const path = resolve(root, process.env.KAIMEN_BIN ?? '../target/debug/kaimen')
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build`)
  return path
}

/** @param overrides settings, as the environment names them: `{ KAIMEN__LIMITS__CODES_PER_PHONE_MINUTE: '1' }` */
export async function startServer(overrides: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kaimen-e2e.'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const unlimited = Object.fromEntries(LIMITS.map((name) => [`KAIMEN__LIMITS__${name}`, UNLIMITED]))
  const env = {
    ...process.env,
    ...unlimited,
    KAIMEN__SERVER__APP_DIR: join(root, 'dist-web'),
    KAIMEN__AUTH__LOOK_UP_WITHIN_MS: '0',
    ...overrides,
  }
  let child: ChildProcess | undefined
  let log = ''

  async function start() {
    child = spawn(binary(), ['serve', '--listen', `127.0.0.1:${port}`, '--data', folder], { env, cwd: folder })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log = (log + text).slice(-20_000)))
    const until = Date.now() + 60_000
    for (;;) {
      const ready = await fetch(`${base}/readyz`).catch(() => undefined)
      if (ready?.ok) return
      if (child.exitCode !== null || Date.now() > until) throw new Error(`the server did not become ready:\n${log}`)
      await new Promise((again) => setTimeout(again, 50))
    }
  }

  async function end(signal: NodeJS.Signals) {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null) return
    const ended = new Promise((done) => ending.once('exit', done))
    ending.kill(signal)
    await ended
  }

  await start()
  return {
    base,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
