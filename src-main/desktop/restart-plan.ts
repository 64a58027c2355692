/** Waiting times before the first, second, … restart in a row. */
export const RESTART_DELAYS_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;
/** Ends further apart than this have nothing to do with each other. */
export const FORGIVEN_AFTER_MS = 600_000;

/**
 * Milliseconds to wait before the engine is started again; null: it has ended too often lately, and starting it once more
 * would only turn in circles. `endedAtMs`: its unexpected ends so far with the one of now, oldest first, on the clock of
 * `nowMs`.
 */
export function planRestart(endedAtMs: readonly number[], nowMs: number): number | null {
  const lately = endedAtMs.filter((atMs) => nowMs - atMs < FORGIVEN_AFTER_MS).length;
  return RESTART_DELAYS_MS[Math.max(0, lately - 1)] ?? null;
}
