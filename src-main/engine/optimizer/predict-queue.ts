/** How busy the way to an endpoint is. */
export interface Traffic {
  /** Calls being served. */
  active: number;
  /** Calls that wait before ours. */
  queued: number;
  /** Calls served at the same time at most. */
  concurrency: number;
}

/**
 * Expected wait for a place in milliseconds: 0 while one is free, else as long as it takes until those before us and one
 * more have left (c servers with exponential service times of mean s free one place every s/c).
 */
export function predictQueue({ active, queued, concurrency }: Traffic, serviceMs: number): number {
  if (active < concurrency) return 0;
  return ((queued + 1) * serviceMs) / Math.max(1, concurrency);
}
