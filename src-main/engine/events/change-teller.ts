import type { EventData } from '../../../src-shared/events.ts';
import type { Clock } from '../ports.ts';
import type { EventHub } from './event-hub.ts';

type What = EventData<'changed'>['what'];

/** One word on the same thing in this time is enough. */
const EVERY_MS = 1_000;

/** Tells what should be read again: the first time at once, then at most once a second. */
export class ChangeTeller {
  readonly #hub: EventHub;
  readonly #clock: Clock;
  readonly #waiting = new Set<What>();
  #notBeforeMs = -Infinity;
  #cancelTimer: (() => void) | null = null;

  constructor(options: { hub: EventHub; clock: Clock }) {
    this.#hub = options.hub;
    this.#clock = options.clock;
  }

  note(what: What): void {
    if (!this.#hub.isWanted('changed')) {
      // Nobody is told, but who comes back must know that something was missed.
      this.#hub.publish('changed', () => ({ what }));
      return;
    }
    this.#waiting.add(what);
    this.#cancelTimer ??= this.#clock.after(Math.max(0, this.#notBeforeMs - this.#clock.monotonicMs()), () =>
      this.#tell(),
    );
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #tell(): void {
    this.#cancelTimer = null;
    this.#notBeforeMs = this.#clock.monotonicMs() + EVERY_MS;
    const told = [...this.#waiting];
    this.#waiting.clear();
    for (const what of told) this.#hub.publish('changed', () => ({ what }));
  }
}
