import type { PeriodAccount } from './period-account.ts';

/**
 * Money held for one call, in every account that the call belongs to. It stays with the periods in which it was made, as
 * the ledger books a request at its start: a call over midnight takes nothing from the new day.
 */
export class Reservation {
  readonly #accounts: readonly PeriodAccount[];
  readonly #ceilingNanoUsd: number | null;
  #open = true;

  constructor(accounts: readonly PeriodAccount[], ceilingNanoUsd: number | null) {
    this.#accounts = accounts;
    this.#ceilingNanoUsd = ceilingNanoUsd;
    for (const account of accounts) {
      account.reservedNanoUsd += ceilingNanoUsd ?? 0;
      account.callsUnderWay += 1;
    }
  }

  /** Books what the call cost. null: nobody told, so its ceiling stays booked and is marked. Only the first call counts. */
  settle(actualNanoUsd: number | null): void {
    const actual = knownCost(actualNanoUsd);
    const booked = actual ?? this.#ceilingNanoUsd;
    if (!this.#close()) return;
    for (const account of this.#accounts) {
      account.bookedNanoUsd += booked ?? 0;
      if (booked === null) account.unknownCosts += 1;
      else if (actual === null) account.assumedNanoUsd += booked;
    }
  }

  /** The call was never made: nothing is booked. */
  release(): void {
    this.#close();
  }

  /** False when it is closed already. */
  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    for (const account of this.#accounts) {
      account.reservedNanoUsd -= this.#ceilingNanoUsd ?? 0;
      account.callsUnderWay -= 1;
    }
    return true;
  }
}

/** A cost in whole nano-dollars; null for what is none (unknown, NaN, below 0). */
export function knownCost(nanoUsd: number | null): number | null {
  return nanoUsd !== null && Number.isFinite(nanoUsd) && nanoUsd >= 0 ? Math.ceil(nanoUsd) : null;
}
