import type { EventData } from '../../../src-shared/events.ts';
import type { Clock, Log } from '../ports.ts';
import type { EventHub, OpenTopic } from './event-hub.ts';

export interface StateTellerOptions<Name extends OpenTopic> {
  hub: EventHub;
  clock: Clock;
  log: Log;
  topic: Name;
  /** It is looked at no oftener. */
  everyMs: number;
  read: () => EventData<Name>;
  /** After a look: in how many milliseconds it changes by itself; null: only when somebody touches it. */
  changesInMs?: () => number | null;
}

/**
 * Tells a state when it has become another one, at most every so often. It looks only when somebody watches and something
 * may have changed: while all is quiet no timer runs.
 */
export class StateTeller<Name extends OpenTopic> {
  readonly #options: StateTellerOptions<Name>;
  #timer: { dueMs: number; cancel: () => void } | null = null;
  #notBeforeMs = -Infinity;
  #told: string | null = null;

  constructor(options: StateTellerOptions<Name>) {
    this.#options = options;
    options.hub.onAttention(options.topic, (watched) => this.#attend(watched));
  }

  /** Something may have changed. Costs next to nothing when nobody watches, or a look is due anyway. */
  touch(): void {
    if (this.#options.hub.isWatched(this.#options.topic)) this.#lookAt(this.#notBeforeMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Who comes first is told how it is. */
  #attend(watched: boolean): void {
    this.stop();
    this.#told = null;
    if (watched) this.touch();
  }

  #lookAt(wantedMs: number): void {
    if (this.#timer !== null && this.#timer.dueMs <= wantedMs) return;
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const dueMs = Math.max(nowMs, wantedMs);
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return;
    this.#timer?.cancel();
    this.#timer = { dueMs, cancel: clock.after(dueMs - nowMs, () => this.#look()) };
  }

  #look(): void {
    this.#timer = null;
    const { hub, clock, log, topic, read, everyMs, changesInMs } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#notBeforeMs = nowMs + everyMs;
    try {
      const state = read();
      const text = JSON.stringify(state);
      if (text !== this.#told) hub.publish(topic, () => state);
      this.#told = text;
    } catch (error) {
      log.error({ topic, error: String(error) }, 'a state could not be looked at');
    }
    const againInMs = changesInMs?.() ?? null;
    if (againInMs !== null && hub.isWatched(topic)) this.#lookAt(nowMs + Math.max(everyMs, againInMs));
  }
}
