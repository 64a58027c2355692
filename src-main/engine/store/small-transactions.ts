import type { Connection } from './database.ts';

/** A step ends after about so long; the job it belongs to may then be stopped, and checkpoints have their turn. */
const STEP_MS = 150;
/** The writer of records gives up after two milliseconds of waiting: a transaction should be over by then. */
const HOLD_MS = 1.2;
const LEAST_REST_MS = 1;
const FIRST_ROWS = 8;
const MOST_ROWS = 500;

/**
 * Calls `change` in transactions of its own until it says that nothing is left (it changed fewer rows than it was given), or
 * the step has lasted long enough. How many rows each may change follows from how long the one before took. Between two
 * there is a rest as long as the work, in which others write. Returns the rows changed, and whether nothing is left.
 */
export function inSmallTransactions(
  connection: Connection,
  change: (mostRows: number) => number,
): { count: number; finished: boolean } {
  const transaction = connection.transaction(change);
  const startedMs = performance.now();
  let rows = FIRST_ROWS;
  let count = 0;
  for (;;) {
    const beganMs = performance.now();
    const changed = transaction.immediate(rows);
    const tookMs = performance.now() - beganMs;
    count += changed;
    if (changed < rows) return { count, finished: true };
    if (performance.now() - startedMs > STEP_MS) return { count, finished: false };
    rows = nextRows(rows, tookMs);
    rest(tookMs);
  }
}

/** Goes on with `work` until it returns false, or the step has lasted long enough; true when it was the former. */
export function forOneStep(work: () => boolean): boolean {
  const startedMs = performance.now();
  while (work()) if (performance.now() - startedMs > STEP_MS) return false;
  return true;
}

function nextRows(rows: number, tookMs: number): number {
  if (tookMs > HOLD_MS) return Math.max(1, Math.floor((rows * HOLD_MS) / tookMs));
  return tookMs > HOLD_MS / 2 ? rows : Math.min(MOST_ROWS, rows * 2);
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps without keeping the processor busy; only ever in the upkeep thread. */
function rest(tookMs: number): void {
  Atomics.wait(never, 0, 0, Math.max(LEAST_REST_MS, tookMs));
}
