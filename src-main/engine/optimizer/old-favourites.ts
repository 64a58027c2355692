/** Of the last five hundred requests or so. */
const RETENTION = 0.998;
/** Who answered less than this share of them was never a favourite. */
const LEAST_SHARE = 0.1;
/** Left alone for so many requests, it may have changed again. */
const OVERDUE_AFTER = 20;

interface Favourite {
  /** Share of requests that went there, as of request number `at`. */
  share: number;
  at: number;
}

/**
 * Remembers who used to be chosen, and how many requests ago that was last. What made an endpoint worse may be over, and
 * nobody hears of it as long as nobody asks: who was a favourite and has been left alone is to be looked at again.
 */
export class OldFavourites {
  readonly #favourites = new Map<string, Favourite>();
  #requests = 0;

  /** A request went to this endpoint. */
  note(endpointId: string): void {
    this.#requests += 1;
    const favourite = this.#favourites.get(endpointId);
    const share = favourite === undefined ? 0 : this.#shareOf(favourite);
    if (favourite === undefined) this.#favourites.set(endpointId, { share: 1 - RETENTION, at: this.#requests });
    else Object.assign(favourite, { share: share + (1 - RETENTION), at: this.#requests });
  }

  /** The greatest of the old favourites that nobody has asked for long; null: there is none. */
  overdue(): string | null {
    let found: string | null = null;
    let most = LEAST_SHARE;
    for (const [endpointId, favourite] of this.#favourites) {
      if (this.#requests - favourite.at < OVERDUE_AFTER) continue;
      const share = this.#shareOf(favourite);
      if (share < most) continue;
      most = share;
      found = endpointId;
    }
    return found;
  }

  #shareOf({ share, at }: Favourite): number {
    return share * RETENTION ** (this.#requests - at);
  }
}
