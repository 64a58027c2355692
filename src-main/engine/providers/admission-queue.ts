import type { Clock } from '../ports.ts';

export interface AdmissionLimits {
  /** Calls at the same time. */
  concurrency: number;
  /** Calls that may wait. */
  length: number;
  waitMs: number;
}

const NOBODY: readonly Waiter[] = [];

export type AdmissionRefusal = 'queue_full' | 'waited_too_long';

/** A place in the queue that can be given up. */
export interface Waiting {
  cancel(): void;
}

interface Waiter extends Waiting {
  run: () => void;
  stopTimer: () => void;
}

/**
 * Lets a bounded number of calls through at once, makes a bounded number wait in order of arrival, and refuses the rest.
 * Who was admitted must `leave` exactly once.
 */
export class AdmissionQueue {
  #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  #active = 0;

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** The place at once, without waiting; false when there is none free. */
  tryEnter(): boolean {
    if (this.#active >= this.#limits.concurrency) return false;
    this.#active += 1;
    return true;
  }

  /** Waits for a place. Exactly one of the callbacks is called, later, unless the wait is cancelled. */
  wait(onAdmitted: () => void, onRefused: (refusal: AdmissionRefusal) => void): Waiting {
    if (this.#waiters.size >= this.#limits.length) {
      onRefused('queue_full');
      return { cancel: () => undefined };
    }
    const waiter: Waiter = {
      run: onAdmitted,
      stopTimer: this.#clock.after(this.#limits.waitMs, () => {
        if (this.#waiters.delete(waiter)) onRefused('waited_too_long');
      }),
      cancel: () => {
        waiter.stopTimer();
        this.#waiters.delete(waiter);
      },
    };
    this.#waiters.add(waiter);
    return waiter;
  }

  leave(): void {
    const [next] = this.#waiters.size === 0 ? NOBODY : this.#waiters;
    if (next === undefined || this.#active > this.#limits.concurrency) {
      this.#active -= 1;
      return;
    }
    next.cancel();
    next.run();
  }

  /** New limits hold at once: more places are given away, fewer become free as calls end. Who waits goes on waiting. */
  update(limits: AdmissionLimits): void {
    this.#limits = limits;
    for (const next of [...this.#waiters].slice(0, Math.max(0, limits.concurrency - this.#active))) {
      this.#active += 1;
      next.cancel();
      next.run();
    }
  }
}
