import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Log } from '../../ports.ts';
import type { StoredRun } from '../../store/job-run.ts';
import type { JobCaller } from '../job-caller.ts';
import type { JobWork } from '../job-kind.ts';
import { unitDraws } from './unit-draws.ts';

/** What one unit works with. */
export function createJobWork(parts: {
  run: StoredRun;
  signal: AbortSignal;
  clock: Clock;
  log: Log;
  models: JobCaller;
  onDoing: (words: string) => void;
}): JobWork {
  const { run, signal, clock, log, models, onDoing } = parts;
  const { id, job, trigger, createdAtMs } = run;
  return {
    signal,
    run: { id, job, trigger, createdAtMs },
    clock,
    log,
    random: unitDraws(id, run.unitsDone),
    models,
    async breathe() {
      signal.throwIfAborted();
      await nextTurn();
      signal.throwIfAborted();
    },
    doing: onDoing,
  };
}
