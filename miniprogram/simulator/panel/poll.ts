/** Narrow windows show the phone alone. */
const narrow = matchMedia('(max-width: 700px)')

/** Runs a task periodically while the panel is visible; a failure is retried in the next run. */
export function poll(everyMs: number, task: () => Promise<void>): void {
  const turn = async () => {
    if (!document.hidden && !narrow.matches) await task().catch(() => {})
    setTimeout(turn, everyMs)
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) task().catch(() => {})
  })
  void turn()
}
