import type { Clock, Log } from '../ports.ts';
import { copyLog, logState } from './checkpoint.ts';
import type { StoreDatabase } from './store-database.ts';
import type { UpkeepThread } from './upkeep-thread.ts';

/** The write-ahead log is copied no oftener than this: each time the same pages are copied again. */
export const CHECKPOINT_INTERVAL_MS = 2_000;
/** How often it is looked at: what is written after a while of quiet need not wait long. */
const LOOK_INTERVAL_MS = 1_000;

export interface Checkpoints {
  /** Copies here and now what was written up to now, waiting for the disk. Never throws. */
  settle(): void;
  stop(): void;
}

/**
 * Keeps a database's write-ahead log short from the upkeep thread, which is only asked when somebody has written: an
 * idle database is left alone.
 */
export function startCheckpoints(options: {
  database: Pick<StoreDatabase, 'file' | 'writer'>;
  thread: UpkeepThread;
  clock: Clock;
  log: Log;
}): Checkpoints {
  const { database, thread, clock, log } = options;
  const { file } = database;
  let waiting = false;
  let settledAtMs = logState(file)?.modifiedMs ?? null;
  let nextAskMs = clock.monotonicMs();
  let cancelLook = clock.after(LOOK_INTERVAL_MS, look);

  function isSettled(): boolean {
    const state = logState(file);
    return state === null || state.bytes === 0 || state.modifiedMs === settledAtMs;
  }

  function look(): void {
    cancelLook = clock.after(LOOK_INTERVAL_MS, look);
    if (waiting || clock.monotonicMs() < nextAskMs || isSettled()) return;
    nextAskMs = clock.monotonicMs() + CHECKPOINT_INTERVAL_MS;
    waiting = true;
    void ask();
  }

  async function ask(): Promise<void> {
    const { done, failure } = await thread.checkpoint();
    waiting = false;
    if (failure !== null) log.warn({ error: failure.message }, 'a checkpoint failed');
    if (done) settledAtMs = logState(file)?.modifiedMs ?? null;
  }

  return {
    settle() {
      if (waiting || isSettled()) return;
      try {
        if (copyLog(database.writer, { file, nowMs: clock.nowMs() })) settledAtMs = logState(file)?.modifiedMs ?? null;
      } catch (error) {
        // A full disk must not keep the engine from starting: the thread tries again.
        log.warn({ error: String(error) }, 'a checkpoint failed');
      }
    },
    stop: () => cancelLook(),
  };
}
