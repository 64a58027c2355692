import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock, Log } from '../ports.ts';
import type { StoreFault } from './database.ts';
import type { KeptErasure } from './erase-kept.ts';
import { NOTHING_DONE, type StepResult, type UpkeepStep } from './upkeep-steps.ts';
import type { LearnerState } from './write-learner-state.ts';

/** The thread only steps through SQLite; its own heap stays small. Buffers it is given lie outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

/** Without a question for so long the thread ends, and its memory is given back. Under traffic it is asked every two seconds. */
export const IDLE_THREAD_MS = 10_000;

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
  waiting: Map<number, (answer: UpkeepAnswer) => void>;
}

/**
 * A thread (some 20 MB) for what would keep the event loop waiting. It is started with the first question and ends when
 * nobody asks; one that failed answers everything with that failure. The next question starts another.
 */
export class UpkeepThread {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #running: Running | null = null;
  /** Of the last thread that was told to end. */
  #ended: Promise<void> = Promise.resolve();
  #cancelEnd: (() => void) | null = null;
  #asked = 0;
  #stopped = false;
  #rebuilding = false;

  constructor(options: { file: string; clock: Clock; log: Log }) {
    this.#file = options.file;
    this.#clock = options.clock;
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
    this.#letEnd();
    await this.#ended;
  }

  /** It answers what it was asked before. */
  #letEnd(): void {
    this.#cancelEnd?.();
    if (this.#running === null) return;
    const { worker, ended } = this.#running;
    this.#running = null;
    this.#ended = ended;
    worker.ref();
    worker.postMessage({ kind: 'stop' } satisfies UpkeepQuestion);
  }

  #ask(question: (id: number) => [UpkeepQuestion, ArrayBuffer[]?]): Promise<UpkeepAnswer> {
    const id = this.#asked++;
    if (this.#stopped) return Promise.resolve(failed(id, 'the store is closed'));
    this.#cancelEnd?.();
    this.#cancelEnd = null;
    const { worker, waiting } = (this.#running ??= this.#start());
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage(...question(id));
    });
  }

  #start(): Running {
    const workerData = { file: this.#file };
    const worker = new Worker(workerFile(), { workerData, resourceLimits: RESOURCE_LIMITS, execArgv: [] });
    worker.unref();
    let cause: Error | null = null;
    const waiting: Running['waiting'] = new Map();
    worker.on('message', (message) => this.#settle(waiting, answer.parse(message)));
    worker.on('error', (error: Error) => (cause = error));
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        this.#exited(worker, waiting, cause);
        resolve();
      });
    });
    return { worker, ended, waiting };
  }

  #settle(waiting: Running['waiting'], given: UpkeepAnswer): void {
    waiting.get(given.id)?.(given);
    waiting.delete(given.id);
    if (waiting.size > 0 || waiting !== this.#running?.waiting) return;
    this.#cancelEnd?.();
    this.#cancelEnd = this.#clock.after(IDLE_THREAD_MS, () => this.#letEnd());
  }

  #exited(worker: Worker, waiting: Running['waiting'], cause: Error | null): void {
    if (this.#running?.worker === worker) this.#running = null;
    if (cause !== null) this.#log.error({ error: String(cause) }, 'the upkeep thread failed');
    for (const id of waiting.keys()) this.#settle(waiting, failed(id, String(cause ?? 'the upkeep thread ended')));
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
