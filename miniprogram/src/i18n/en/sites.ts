import type { sites as zh } from '../zh/sites'

/** Choosing a site. */
export const sites: typeof zh = {
  title: 'Choose a site',
  search: 'Name, address, pinyin or initials',
  searchLabel: 'Search the sites',
  clear: 'Clear the search',
  groups: { mine: 'My sites', recent: 'Recently used', near: 'Nearby', all: 'All sites' },
  results: 'Results',
  current: 'Current site',
  noAddress: 'No address given',
  locate: 'Sort by distance',
  locateHint: 'With your location, sites near you come first',
  locating: 'Locating',
  located: 'Sorted by distance',
  locateRefused: 'No access to your location; allow it in the settings of WeChat',
  loading: 'Loading',
  more: 'Loading more',
  end: 'That is all',
  none: 'No site found',
  noneHint: 'Try other words, or the initials of the pinyin',
  empty: 'No sites yet',
  emptyHint: 'Please ask the property management',
  failed: 'Could not be loaded',
  retry: 'Try again',
  offline: 'No network: this is the list as it last was',
  choosing: 'Changing',
}
