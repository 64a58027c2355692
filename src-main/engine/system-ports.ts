import { performance } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from './ports.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The machine's own randomness. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count) };
