/** The part of `next` that differs from the current data. */
export function changes<T extends object>(shown: T, next: Partial<T>): Partial<T> {
  const result: Partial<T> = {}
  for (const key of Object.keys(next) as (keyof T)[]) {
    if (JSON.stringify(shown[key]) !== JSON.stringify(next[key])) result[key] = next[key]
  }
  return result
}
