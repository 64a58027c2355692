/** As long as this nobody types without a pause of a second. */
const SUSPICIOUS_AFTER_MS = 600_000;

/**
 * Judges what the system says of the person's idle time. Some sessions (GNOME on Wayland) answer 0 for ever; a value that
 * never leaves 0 is no value, and unknown keeps background work waiting just as activity does.
 */
export class IdleWatch {
  #zeroSinceMs: number | null = null;

  /** `seconds` as the system says now; null or nonsense: it does not. Returns milliseconds; null: unknown. */
  judge(seconds: number | null, nowMs: number): number | null {
    if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return null;
    if (seconds > 0) {
      this.#zeroSinceMs = null;
      return seconds * 1_000;
    }
    this.#zeroSinceMs ??= nowMs;
    return nowMs - this.#zeroSinceMs >= SUSPICIOUS_AFTER_MS ? null : 0;
  }

  /** After sleep the count begins anew. */
  reset(): void {
    this.#zeroSinceMs = null;
  }
}
