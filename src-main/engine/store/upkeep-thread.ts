import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Log } from '../ports.ts';
import type { StoreFault } from './database.ts';
import type { KeptErasure } from './erase-kept.ts';
import { NOTHING_DONE, type StepResult, type UpkeepStep } from './upkeep-steps.ts';
import type { LearnerState } from './write-learner-state.ts';

/** The thread only steps through SQLite; its own heap stays small. Buffers it is given lie outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

export type UpkeepQuestion =
  | { kind: 'stop' }
  | { kind: 'checkpoint'; id: number }
  | { kind: 'erase'; id: number }
  | { kind: 'erase kept'; id: number; what: KeptErasure }
  | { kind: 'save state'; id: number; state: LearnerState }
  | { kind: 'step'; id: number; step: UpkeepStep };

const faults = ['corrupt', 'full', 'busy', 'read_only', 'io', 'rejected'] as const satisfies readonly StoreFault[];
const failure = z.object({ fault: z.enum(faults), code: z.string(), message: z.string() });
const result: z.ZodType<StepResult> = z.object({
  finished: z.boolean(),
  count: z.int(),
  at: z.int(),
  ids: z.array(z.int()),
  facts: z.record(z.string(), z.number()),
  problems: z.array(z.string()),
  content: z.string(),
});
const answer = z.object({
  id: z.int(),
  done: z.boolean(),
  failure: failure.nullable(),
  /** Only of a step that went well. */
  result: result.optional(),
});
export type UpkeepFailure = z.infer<typeof failure>;

export type SteppedUpkeep = { ok: true; result: StepResult } | { ok: false; failure: UpkeepFailure };

/** `done`: false when it failed, and when a checkpoint could not copy all of the log. */
export type UpkeepAnswer = z.infer<typeof answer>;

interface Running {
  worker: Worker;
  ended: Promise<void>;
}

/**
 * A thread (some 17 MB) for what would keep the event loop waiting. It is started with the first question; one that
 * failed answers everything with that failure, and the next question starts another.
 */
export class UpkeepThread {
  readonly #file: string;
  readonly #log: Log;
  readonly #waiting = new Map<number, (answer: UpkeepAnswer) => void>();
  #running: Running | null = null;
  #asked = 0;
  #stopped = false;
  #rebuilding = false;

  constructor(options: { file: string; log: Log }) {
    this.#file = options.file;
    this.#log = options.log;
  }

  /** True while the thread runs. */
  get running(): boolean {
    return this.#running !== null;
  }

  checkpoint(): Promise<UpkeepAnswer> {
    return this.#ask((id) => [{ kind: 'checkpoint', id }]);
  }

  /** After everything asked before it. */
  erase(): Promise<UpkeepAnswer> {
    return this.#ask((id) => [{ kind: 'erase', id }]);
  }

  /** Kept prompts, so that nothing of them is left in the files. */
  eraseKept(what: KeptErasure): Promise<UpkeepAnswer> {
    return this.#ask((id) => [{ kind: 'erase kept', id, what }]);
  }

  /** The bytes are copied: they may change as soon as this returns. */
  saveState(state: LearnerState): Promise<UpkeepAnswer> {
    // Not `slice`, which for a Buffer is another view of the same memory: that would be given away with it.
    const bytes = new Uint8Array(state.bytes);
    return this.#ask((id) => [{ kind: 'save state', id, state: { ...state, bytes } }, [bytes.buffer]]);
  }

  /** Does one step of the database's upkeep. Never rejects. */
  async step(step: UpkeepStep): Promise<SteppedUpkeep> {
    const isRebuild = step.name === 'rebuild';
    if (isRebuild) this.#rebuilding = true;
    const { failure, result } = await this.#ask((id) => [{ kind: 'step', id, step }]);
    if (isRebuild) this.#rebuilding = false;
    return failure === null ? { ok: true, result: result ?? NOTHING_DONE } : { ok: false, failure };
  }

  /** True while nothing can be written because the file is written anew. */
  get rebuilding(): boolean {
    return this.#rebuilding;
  }

  /** Resolves when everything asked before is done and the thread has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#running === null) return;
    const { worker, ended } = this.#running;
    worker.ref();
    worker.postMessage({ kind: 'stop' } satisfies UpkeepQuestion);
    await ended;
  }

  #ask(question: (id: number) => [UpkeepQuestion, ArrayBuffer[]?]): Promise<UpkeepAnswer> {
    const id = this.#asked++;
    if (this.#stopped) return Promise.resolve(failed(id, 'the store is closed'));
    this.#running ??= this.#start();
    const { worker } = this.#running;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage(...question(id));
    });
  }

  #start(): Running {
    const workerData = { file: this.#file };
    const worker = new Worker(workerFile(), { workerData, resourceLimits: RESOURCE_LIMITS, execArgv: [] });
    worker.unref();
    let cause: Error | null = null;
    worker.on('message', (message) => this.#settle(answer.parse(message)));
    worker.on('error', (error: Error) => (cause = error));
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        this.#end(cause);
        resolve();
      });
    });
    return { worker, ended };
  }

  #settle(given: UpkeepAnswer): void {
    this.#waiting.get(given.id)?.(given);
    this.#waiting.delete(given.id);
  }

  #end(cause: Error | null): void {
    this.#running = null;
    if (cause !== null) this.#log.error({ error: String(cause) }, 'the upkeep thread failed');
    for (const id of this.#waiting.keys()) this.#settle(failed(id, String(cause ?? 'the upkeep thread ended')));
  }
}

function failed(id: number, message: string): UpkeepAnswer {
  return { id, done: false, failure: { fault: 'io', code: '', message } };
}

/** Beside this file as TypeScript in development, beside the bundle as JavaScript when built. */
function workerFile(): URL {
  const name = `./checkpoint-worker${extname(fileURLToPath(import.meta.url))}`;
  return new URL(name, import.meta.url);
}
