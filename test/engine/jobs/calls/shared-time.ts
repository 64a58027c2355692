import type { Clock } from '../../../../src-main/engine/ports.ts';
import { InstantClock } from '../../../demo/instant-clock.ts';

/** Longer timers are time limits, which must not leap ahead of real sockets. */
const LONGEST_LEAP_MS = 500;

/**
 * The time of a simulated engine, as the engine under test sees it: both live in the same moments, but only short waits
 * of ours pass by themselves; time limits do when a test says so.
 */
export class SharedTime implements Clock {
  readonly simulated = new InstantClock();
  readonly #limits = new Set<() => void>();

  nowMs(): number {
    return this.simulated.nowMs();
  }

  monotonicMs(): number {
    return this.simulated.monotonicMs();
  }

  after(delayMs: number, run: () => void): () => void {
    if (delayMs <= LONGEST_LEAP_MS) return this.simulated.after(delayMs, run);
    this.#limits.add(run);
    return () => void this.#limits.delete(run);
  }

  /** Lets so much time pass. */
  pass(durationMs: number): Promise<void> {
    return new Promise((resolve) => void this.simulated.after(durationMs, resolve));
  }
}
