import type { ListedSite } from '../../services/site'

/** A site as the list shows it. */
export interface ShownSite {
  id: string
  name: string
  address: string
  /** The distance as text; '' if unknown. */
  away: string
}

/** A section of the list. */
export interface Section {
  group: ListedSite['group']
  sites: ShownSite[]
}

/** Splits a list that is ordered by group into sections. */
export function sectionsOf(items: readonly ListedSite[], away: (metres: number) => string): Section[] {
  const sections: Section[] = []
  for (const item of items) {
    let last = sections[sections.length - 1]
    if (last?.group !== item.group) {
      last = { group: item.group, sites: [] }
      sections.push(last)
    }
    last.sites.push(shown(item, away))
  }
  return sections
}

/** The `setData` patch that appends a page. */
export function appended(sections: readonly Section[], next: readonly Section[]): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  const last = sections.length - 1
  const length = sections[last]?.sites.length ?? 0
  for (const [index, section] of next.entries()) {
    if (index === 0 && sections[last]?.group === section.group) {
      for (const [at, site] of section.sites.entries()) patch[`sections[${last}].sites[${length + at}]`] = site
    } else {
      const joined = next[0]?.group === sections[last]?.group ? 1 : 0
      patch[`sections[${sections.length + index - joined}]`] = section
    }
  }
  return patch
}

function shown({ id, name, address, distanceM }: ListedSite, away: (metres: number) => string): ShownSite {
  return { id, name, address: address ?? '', away: typeof distanceM === 'number' ? away(distanceM) : '' }
}
