import type { Log } from '../ports.ts';

/** Those who want to be told. One that throws is logged and does not keep the others from hearing. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The returned function ends it. */
  add(listener: (event: Event) => void): () => void {
    // Its own function: the same listener added twice is told twice, and ended separately.
    const told = (event: Event) => listener(event);
    this.#listeners.add(told);
    return () => void this.#listeners.delete(told);
  }

  tell(event: Event): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ error: String(error) }, 'a listener of the machine watch failed');
      }
    }
  }
}
