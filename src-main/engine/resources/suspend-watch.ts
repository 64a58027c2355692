/** The two clocks at one moment, in milliseconds. */
export interface Moment {
  nowMs: number;
  monotonicMs: number;
}

/** A timer this late was not late: the machine, or this process, stood still. */
const STOOD_STILL_MS = 30_000;

/**
 * Sees that the machine slept where nobody tells it. On Linux the monotonic clock stands still in sleep and the wall
 * clock runs on; on macOS and Windows both run on and the timer comes late. A clock set forward by hand looks the same,
 * and asks for the same: distrust what was measured. A clock set back is none of this.
 */
export function sleptBetween(before: Moment, after: Moment, expectedMs: number): boolean {
  const wallMs = after.nowMs - before.nowMs;
  const monotonicMs = after.monotonicMs - before.monotonicMs;
  return Math.max(wallMs, monotonicMs) - expectedMs > STOOD_STILL_MS;
}
