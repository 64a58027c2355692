/** One call at a time for each endpoint, in order of asking. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs it when those before it are over, or at once when the signal is aborted: then it sees that by itself. */
  async take<Value>(key: string, signal: AbortSignal, run: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    let end: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (end = resolve));
    this.#last.set(key, mine);
    try {
      if (before !== undefined) await Promise.race([before, aborted(signal)]);
      return await run();
    } finally {
      // Whoever was stopped while it waited does not let the next one pass the call before it.
      void (before ?? Promise.resolve()).then(() => {
        end();
        if (this.#last.get(key) === mine) this.#last.delete(key);
      });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
