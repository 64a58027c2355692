import type { Clock, Log } from '../ports.ts';
import { logState } from './checkpoint.ts';
import type { UpkeepThread } from './upkeep-thread.ts';

/** How often the write-ahead log is looked at. */
export const CHECKPOINT_INTERVAL_MS = 2_000;

/**
 * Keeps a database file's write-ahead log short from the upkeep thread, which is only asked when somebody has written: an
 * idle database is left alone. The function that is returned ends it.
 */
export function startCheckpoints(options: { file: string; thread: UpkeepThread; clock: Clock; log: Log }): () => void {
  const { file, thread, clock, log } = options;
  let waiting = false;
  let settledAtMs = logState(file)?.modifiedMs ?? null;
  let cancelLook = clock.after(CHECKPOINT_INTERVAL_MS, look);

  function look(): void {
    cancelLook = clock.after(CHECKPOINT_INTERVAL_MS, look);
    const state = logState(file);
    if (waiting || state === null || state.bytes === 0 || state.modifiedMs === settledAtMs) return;
    waiting = true;
    void ask();
  }

  async function ask(): Promise<void> {
    const { done, failure } = await thread.checkpoint();
    waiting = false;
    if (failure !== null) log.warn({ error: failure.message }, 'a checkpoint failed');
    if (done) settledAtMs = logState(file)?.modifiedMs ?? null;
  }

  return () => cancelLook();
}
