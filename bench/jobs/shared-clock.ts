import type { Clock } from '../../src-main/engine/ports.ts';
import { systemClock } from '../../src-main/engine/system-ports.ts';

/** Where a shared time began (Unix milliseconds of the wall), and how many times as fast it runs. */
export interface SharedTime {
  originMs: number;
  speed: number;
}

/** A clock that shows the same in every process that is given the same time, whenever it was made. */
export function createSharedClock({ originMs, speed }: SharedTime): Clock {
  return {
    nowMs: () => originMs + Math.round((systemClock.nowMs() - originMs) * speed),
    monotonicMs: () => systemClock.monotonicMs() * speed,
    after: (delayMs, run) => systemClock.after(delayMs / speed, run),
  };
}
