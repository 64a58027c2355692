export interface StallLimits {
  firstContentMs: number;
  betweenContentMs: number;
}

/** Says when a call has been silent for too long. Being looked at is enough: no call needs a timer of its own. */
export class StallWatch {
  readonly #limits: StallLimits;
  #lastActivityMs: number;
  #active = false;
  #paused = false;

  constructor(limits: StallLimits, nowMs: number) {
    this.#limits = limits;
    this.#lastActivityMs = nowMs;
  }

  /** Something arrived; when exactly is settled at the next look. */
  noteActivity(): void {
    this.#active = true;
  }

  /** While the client reads nothing, the upstream's silence is our own doing. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#active = true;
  }

  /** What took too long, in words; null when nothing did. Times in monotonic milliseconds. */
  check(nowMs: number, seen: { sentMs: number; firstContentMs: number | null }): string | null {
    if (this.#active || this.#paused) this.#lastActivityMs = nowMs;
    this.#active = false;
    const { firstContentMs, betweenContentMs } = this.#limits;
    if (seen.firstContentMs === null) {
      return nowMs - seen.sentMs > firstContentMs ? `nothing came within ${firstContentMs / 1000} s` : null;
    }
    const silentMs = nowMs - Math.max(this.#lastActivityMs, seen.firstContentMs);
    return silentMs > betweenContentMs ? `the answer stood still for ${betweenContentMs / 1000} s` : null;
  }
}
