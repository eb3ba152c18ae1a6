import { screen } from '../../platform/screen'

const PLATE_SHARE = 0.78
const LARGE_SHARE = 0.94
const MOST = 320
const MOST_LARGE = 560

/** Sides of the code on the pass and enlarged, px, for this screen. */
export function plateSizes(): { size: number; largeSize: number } {
  const { width, height } = screen()
  const short = Math.min(width, height)
  return {
    size: Math.round(Math.min(MOST, width * PLATE_SHARE)),
    largeSize: Math.round(Math.min(MOST_LARGE, short * LARGE_SHARE)),
  }
}
