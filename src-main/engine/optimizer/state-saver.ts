import type { Clock, Log } from '../ports.ts';
import { FORGETFUL, type StateKeeper } from './surroundings.ts';

/** What was learned since the last saving is lost when the process is killed. */
const SAVE_EVERY_MS = 10_000;
/** A turn of the event loop writes for about this long and leaves the rest to the next. */
const WORK_PER_TURN_MS = 2;

/** Something learned that outlives the process. */
export interface LearnedPart {
  name: string;
  version: number;
  /** One after the other; between two of them the event loop may turn. */
  pieces(): Iterable<Uint8Array>;
  /** False: these bytes are damaged, and nothing was taken from them. */
  restore(bytes: Uint8Array): boolean;
}

/** Keeps what was learned: at most every ten seconds, and at the end. A state from the future is left as it is. */
export class StateSaver {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #keeper: StateKeeper;
  readonly #parts: readonly LearnedPart[];
  readonly #problems = new Map<string, string>();
  /** Names of parts whose saved state must not be overwritten. */
  readonly #untouchable = new Set<string>();
  #cancelTimer: (() => void) | null = null;
  #running = false;
  /** Saving that is under way. */
  #work: Generator<void> | null = null;
  #isDirty = false;

  constructor(options: { clock: Clock; log: Log; state: StateKeeper; parts: readonly LearnedPart[] }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#keeper = options.state;
    // Where nobody keeps anything, nothing need be written down.
    this.#parts = options.state === FORGETFUL ? [] : options.parts;
  }

  /** Something was learned. */
  touch(): void {
    this.#isDirty = true;
    if (this.#running) this.#cancelTimer ??= this.#clock.after(SAVE_EVERY_MS, () => this.#save());
  }

  restore(): void {
    for (const part of this.#parts) {
      const problem = this.#restorePart(part);
      if (problem === null) continue;
      this.#problems.set(part.name, problem);
      this.#log.warn({ part: part.name }, problem);
    }
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    this.#cancelTimer?.();
    if (this.#work !== null) finish(this.#work);
    this.#work = null;
    if (this.#isDirty) finish(this.#saveAll());
  }

  /** Ends without saving: what was learned is not to be kept. */
  abandon(): void {
    this.#running = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#work = null;
    this.#isDirty = false;
  }

  problems(): string[] {
    return [...this.#problems.values()];
  }

  #restorePart(part: LearnedPart): string | null {
    const { name, version } = part;
    try {
      const saved = this.#keeper.read(name);
      if (saved === null) return null;
      if (saved.version > version) {
        this.#untouchable.add(name);
        return `What was learned (${name}) was saved by a newer version of Pointsman: it is left as it is, and learning begins anew without being kept.`;
      }
      if (saved.version === version && part.restore(saved.bytes)) return null;
      return `What was learned (${name}) could not be read: learning begins anew.`;
    } catch (error) {
      return `What was learned (${name}) could not be read (${error instanceof Error ? error.message : 'unknown reason'}): learning begins anew.`;
    }
  }

  /** Piece by piece in turns of the event loop; `stop` does what is left at once. */
  #save(): void {
    this.#cancelTimer = null;
    this.#work ??= this.#saveAll();
    const startedMs = this.#clock.monotonicMs();
    while (this.#clock.monotonicMs() - startedMs < WORK_PER_TURN_MS) {
      if (this.#work.next().done !== true) continue;
      this.#work = null;
      if (this.#isDirty) this.#cancelTimer = this.#clock.after(SAVE_EVERY_MS, () => this.#save());
      return;
    }
    this.#cancelTimer = this.#clock.after(0, () => this.#save());
  }

  *#saveAll(): Generator<void> {
    this.#isDirty = false;
    for (const part of this.#parts) if (!this.#untouchable.has(part.name)) yield* this.#savePart(part);
  }

  *#savePart(part: LearnedPart): Generator<void> {
    const { name } = part;
    try {
      const pieces: Uint8Array[] = [];
      for (const piece of part.pieces()) {
        pieces.push(piece);
        yield;
      }
      this.#keeper.save(name, part.version, joined(pieces));
      this.#problems.delete(name);
    } catch (error) {
      this.#log.error({ part: name, error }, 'what was learned could not be kept');
      this.#problems.set(
        name,
        `What was learned (${name}) cannot be kept now: it is tried again with the next lesson.`,
      );
    }
  }
}

function finish(work: Generator<void>): void {
  let step = work.next();
  while (step.done !== true) step = work.next();
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
