import { createHash } from 'node:crypto';
import type { Clock, Random } from '../../ports.ts';

const CODE_BYTES = 32;
const LIFETIME_MS = 60_000;
/** More than anybody needs at a time. */
const MOST_CODES = 16;
/** After as many wrong ones in a row, all codes are void: who guesses gets nowhere, who is signing in asks for another. */
const MOST_WRONG = 10;

/**
 * Codes that sign a browser in, each once and within a minute: so that the control token never stands in an address,
 * where it would be seen, stored and passed on. Only their SHA-256 is kept, and only in memory.
 */
export class SessionCodes {
  readonly #clock: Clock;
  readonly #random: Random;
  /** Monotonic milliseconds at which each ends, by hash, oldest first. */
  readonly #endsMs = new Map<string, number>();
  #wrong = 0;

  constructor(options: { clock: Clock; random: Random }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  issue(): { code: string; expiresAtMs: number } {
    this.#dropEnded();
    for (const hash of this.#endsMs.keys()) if (this.#endsMs.size >= MOST_CODES) this.#endsMs.delete(hash);
    const code = Buffer.from(this.#random.bytes(CODE_BYTES)).toString('base64url');
    this.#endsMs.set(hashOf(code), this.#clock.monotonicMs() + LIFETIME_MS);
    this.#wrong = 0;
    return { code, expiresAtMs: Math.round(this.#clock.nowMs() + LIFETIME_MS) };
  }

  /** True for the first one to bring a code in its time; the code is void from then on. */
  redeem(code: string): boolean {
    this.#dropEnded();
    if (this.#endsMs.delete(hashOf(code))) return true;
    this.#wrong += 1;
    if (this.#wrong >= MOST_WRONG) this.clear();
    return false;
  }

  /** All codes are void. */
  clear(): void {
    this.#endsMs.clear();
  }

  #dropEnded(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [hash, endsMs] of this.#endsMs) if (endsMs <= nowMs) this.#endsMs.delete(hash);
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64');
}
