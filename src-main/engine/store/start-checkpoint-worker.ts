import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock, Log } from '../ports.ts';
import { logState } from './checkpoint.ts';

/** How often the write-ahead log is looked at. */
export const CHECKPOINT_INTERVAL_MS = 2_000;

/** The thread only steps through SQLite; its own heap stays small. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

const answer = z.object({ copiedAll: z.boolean(), error: z.string().nullable() });

/** Keeps the write-ahead log short from a thread of its own. `stop` resolves when that thread has ended. */
export interface CheckpointWorker {
  /** True while the thread runs. */
  readonly running: boolean;
  stop(): Promise<void>;
}

/**
 * Looks after a database file's write-ahead log. The thread (some 17 MB) is only started when somebody has written, and
 * an idle database is left alone. A thread that failed is started again with the next look.
 */
export function startCheckpointWorker(options: { file: string; clock: Clock; log: Log }): CheckpointWorker {
  const { file, clock, log } = options;
  let thread: Thread | null = null;
  let waiting = false;
  let settledAtMs = logState(file)?.modifiedMs ?? null;
  let cancelLook = clock.after(CHECKPOINT_INTERVAL_MS, look);

  function look(): void {
    cancelLook = clock.after(CHECKPOINT_INTERVAL_MS, look);
    const state = logState(file);
    if (waiting || state === null || state.bytes === 0 || state.modifiedMs === settledAtMs) return;
    waiting = true;
    thread ??= startThread({ file, onAnswer, onExit });
    thread.worker.postMessage('checkpoint');
  }

  function onAnswer(message: unknown): void {
    waiting = false;
    const { copiedAll, error } = answer.parse(message);
    if (error !== null) log.warn({ error }, 'a checkpoint failed');
    if (copiedAll) settledAtMs = logState(file)?.modifiedMs ?? null;
  }

  function onExit(failure: Error | null): void {
    thread = null;
    waiting = false;
    if (failure !== null) log.error({ error: String(failure) }, 'the upkeep thread failed');
  }

  return {
    get running() {
      return thread !== null;
    },
    async stop() {
      cancelLook();
      if (thread === null) return;
      const { worker, ended } = thread;
      worker.ref();
      worker.postMessage('stop');
      await ended;
    },
  };
}

interface Thread {
  worker: Worker;
  ended: Promise<void>;
}

function startThread(options: {
  file: string;
  onAnswer: (message: unknown) => void;
  onExit: (failure: Error | null) => void;
}): Thread {
  const workerData = { file: options.file };
  const worker = new Worker(workerFile(), { workerData, resourceLimits: RESOURCE_LIMITS, execArgv: [] });
  worker.unref();
  let failure: Error | null = null;
  worker.on('message', options.onAnswer);
  worker.on('error', (error: Error) => (failure = error));
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      options.onExit(failure);
      resolve();
    });
  });
  return { worker, ended };
}

/** Beside this file as TypeScript in development, beside the bundle as JavaScript when built. */
function workerFile(): URL {
  const name = `./checkpoint-worker${extname(fileURLToPath(import.meta.url))}`;
  return new URL(name, import.meta.url);
}
