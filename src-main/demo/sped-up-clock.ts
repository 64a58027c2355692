import type { Clock } from '../engine/ports.ts';

/** A clock that runs `factor` times as fast as another one: whatever lives by it hurries, and notices nothing. */
export function createSpedUpClock(clock: Clock, factor: number): Clock {
  const startWallMs = clock.nowMs();
  const startMs = clock.monotonicMs();
  return {
    // Wall time is in whole milliseconds, as Date.now gives it.
    nowMs: () => startWallMs + Math.round((clock.nowMs() - startWallMs) * factor),
    monotonicMs: () => startMs + (clock.monotonicMs() - startMs) * factor,
    after: (delayMs, run) => clock.after(delayMs / factor, run),
  };
}
