import type { Clock, Random } from './ports.ts';

const POOL_BYTES = 4096;
const RANDOM_BYTES = 12;

/**
 * Makes request ids: 12 hexadecimal digits of Unix milliseconds, then 96 random bits in 24. Ids sort by time (so that an
 * index over them only ever grows at its end) and cannot be guessed. Randomness is drawn in pools to keep it cheap.
 */
export class IdSource {
  readonly #clock: Clock;
  readonly #random: Random;
  #pool = Buffer.alloc(0);
  #used = 0;
  #timeMs = -1;
  #timeText = '';

  constructor(ports: { clock: Clock; random: Random }) {
    this.#clock = ports.clock;
    this.#random = ports.random;
  }

  next(): string {
    const nowMs = this.#clock.nowMs();
    if (nowMs !== this.#timeMs) {
      this.#timeMs = nowMs;
      this.#timeText = nowMs.toString(16).padStart(12, '0');
    }
    if (this.#used + RANDOM_BYTES > this.#pool.length) {
      this.#pool = Buffer.from(this.#random.bytes(POOL_BYTES));
      this.#used = 0;
    }
    const id = this.#timeText + this.#pool.toString('hex', this.#used, this.#used + RANDOM_BYTES);
    this.#used += RANDOM_BYTES;
    return id;
  }
}
