import { place } from './dom'

const frame = () => place('phone') as HTMLIFrameElement

/** The simulator in the frame; none while it is loading. */
export function sim(): Sim | undefined {
  return frame().contentWindow?.__sim
}

/** Called with the simulator now, and again when the phone restarts. */
export function onPhone(listener: (sim: Sim) => void): void {
  let known: Sim | undefined
  const tell = () => {
    const there = sim()
    if (!there || there === known) return
    known = there
    listener(there)
  }
  frame().addEventListener('load', tell)
  tell()
}

/** Animates the phone: a shake or a vibration. */
export function move(how: 'shake' | 'tremble'): void {
  const phone = document.querySelector<HTMLElement>('.phone')
  const by = how === 'shake' ? 14 : 3
  const steps = how === 'shake' ? 10 : 3
  const frames = Array.from({ length: steps }, (_, step) => ({
    transform: `translateX(${step % 2 ? by : -by}px) rotate(${((step % 2 ? 1 : -1) * by) / 8}deg)`,
  }))
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  phone?.animate([{}, ...frames, {}], { duration: how === 'shake' ? 1200 : 220, easing: 'ease-in-out' })
}

/** Flashes as a phone does at a screenshot. */
export function flash(): void {
  frame().animate([{ opacity: 1 }, { opacity: 0.25 }, { opacity: 1 }], { duration: 260 })
}
