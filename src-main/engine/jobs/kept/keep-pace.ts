import type { Clock } from '../../ports.ts';

const DAY_MS = 24 * 3_600_000;
/** Of the room, what may be used up at once. */
const BURST_SHARE = 0.25;
/** Whether something is left again is looked at no oftener. */
const SHORTEST_PAUSE_MS = 60_000;

export interface Room {
  bytes: number;
  days: number;
}

/**
 * Spreads what is kept over the time that it is kept: with more traffic than there is room for, a part of it is kept
 * rather than all of the last hours. Whatever comes while anything is left to spend is taken whole, so that large requests
 * have the same chance as small ones.
 */
export class KeepPace {
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #room: Room;
  #left: number;
  #atMs: number;
  #cancelPause: (() => void) | null = null;

  /** `onOpen`: a pause is over. */
  constructor(options: { clock: Clock; room: Room; onOpen: () => void }) {
    this.#clock = options.clock;
    this.#onOpen = options.onOpen;
    this.#room = options.room;
    this.#left = options.room.bytes * BURST_SHARE;
    this.#atMs = options.clock.monotonicMs();
  }

  /** False: what there is room for today is used up. */
  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** More room than before may be used at once, as at the beginning. */
  setRoom(room: Room): void {
    this.#refill();
    this.#left += Math.max(0, room.bytes - this.#room.bytes) * BURST_SHARE;
    this.#room = room;
    this.#left = Math.min(this.#left, room.bytes * BURST_SHARE);
  }

  spend(bytes: number): void {
    this.#refill();
    this.#left -= bytes;
    if (this.#left <= 0) this.#pause();
  }

  stop(): void {
    this.#cancelPause?.();
    this.#cancelPause = null;
  }

  #pause(): void {
    const waitMs = Math.max(SHORTEST_PAUSE_MS, 1 - this.#left / this.#bytesPerMs);
    this.#cancelPause ??= this.#clock.after(waitMs, () => {
      this.#cancelPause = null;
      this.#refill();
      if (this.#left > 0) this.#onOpen();
      else this.#pause();
    });
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(this.#room.bytes * BURST_SHARE, this.#left + (nowMs - this.#atMs) * this.#bytesPerMs);
    this.#atMs = nowMs;
  }

  get #bytesPerMs(): number {
    return this.#room.bytes / (this.#room.days * DAY_MS);
  }
}
