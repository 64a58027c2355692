import type { OpenRequest } from './open-request.ts';

const CAPACITY = 1_024;
/** The same words again within this time mean that the first answer did not help. */
const REPEAT_WITHIN_MS = 60_000;

/** The last thousand routed requests, so that feedback finds what it is about. A ring: entering costs one slot. */
export class RecentRequests {
  readonly #ring: (OpenRequest | undefined)[] = new Array<OpenRequest | undefined>(CAPACITY);
  #next = 0;

  push(request: OpenRequest): void {
    this.#ring[this.#next] = request;
    this.#next = (this.#next + 1) % CAPACITY;
  }

  /** Newest first; asked for by feedback and by callers that know their requests by id only. */
  find(id: string): OpenRequest | null {
    return this.#search((request) => request.id === id, -Infinity);
  }

  /**
   * The latest answered request of the same app with the same words, a minute old at most. Of an agent's tool turns there
   * is none: the last words of the person stand in all of them.
   */
  repeatedBy(request: OpenRequest): OpenRequest | null {
    const { app, textHash, profile } = request;
    if (profile.toolTurns > 0) return null;
    return this.#search(
      (earlier) => earlier !== request && earlier.textHash === textHash && earlier.app === app && earlier.isOver,
      request.startedMs - REPEAT_WITHIN_MS,
    );
  }

  #search(isWanted: (request: OpenRequest) => boolean, sinceMs: number): OpenRequest | null {
    for (let back = 1; back <= CAPACITY; back++) {
      const request = this.#ring[(this.#next - back + CAPACITY) % CAPACITY];
      if (request === undefined || request.startedMs < sinceMs) return null;
      if (isWanted(request)) return request;
    }
    return null;
  }
}
