import type { z } from 'zod';
import type { Finding, JobName, Proposal, RunView } from '../../../src-shared/jobs.ts';
import type { Clock, Log } from '../ports.ts';
import type { JsonValue } from '../protocols/json.ts';
import type { JobCaller } from './job-caller.ts';

/**
 * One kind of background work. A run is a row of units, each short enough to be thrown away when the gate closes. What a unit
 * found is committed together with the checkpoint after it, in one transaction: so each unit's work counts exactly once,
 * however often it is stopped, killed and begun again.
 */
export interface JobKind<Checkpoint extends JsonValue = JsonValue> {
  readonly name: JobName;
  readonly title: string;
  /** What it does and why one would want that. */
  readonly description: string;
  /** It works a model, the disk or the processor hard. */
  readonly heavy: boolean;
  /** Reads a checkpoint of an earlier process; one that does not parse begins the run anew. */
  readonly checkpoint: z.ZodType<Checkpoint>;
  /** The first checkpoint of a run. Quick, and calls nobody. */
  plan(): Planned<Checkpoint>;
  /** Does one unit. Throws when it cannot: the run is tried again later. Ends within a second of `work.signal`. */
  unit(checkpoint: Checkpoint, work: JobWork): Promise<UnitOutcome<Checkpoint>>;
}

/** `nothing`: there is nothing to do now, and why; the run ends at once with that sentence. */
export type Planned<Checkpoint> =
  { kind: 'begin'; checkpoint: Checkpoint; unitsTotal: number | null } | { kind: 'nothing'; sentence: string };

export interface UnitOutcome<Checkpoint> {
  /** null: this was the last unit. */
  next: Checkpoint | null;
  unitsTotal: number | null;
  /** What comes next, in words. */
  doing?: string;
  /** Only with `next: null`: what the whole run found, in a sentence. */
  found?: string;
  /** Kept by key for this job: one of the same key is replaced; null removes it. */
  results?: readonly JobResult[];
  findings?: readonly FindingDraft[];
  /** Open findings of this job whose key does not begin with one of these, or that `findings` names again, stay; the others are resolved. */
  resolves?: { keyPrefixes: readonly string[] };
  proposals?: readonly ProposalDraft[];
  /** Runs once, right after all that is committed: for what lives in memory. Must not throw or take long. */
  settled?: () => void;
}

export interface JobResult {
  key: string;
  value: JsonValue | null;
  /** The request whose text it was made from: erasing that request erases this. null: none. */
  requestId: string | null;
}

export type FindingDraft = Pick<Finding, 'key' | 'severity' | 'sentence' | 'action'>;
/** One with the key of an open one replaces it; one that was dismissed is not proposed again unless `changes` differ. */
export type ProposalDraft = Pick<Proposal, 'key' | 'title' | 'sentence' | 'evidence' | 'changes'>;

/** What a unit works with. */
export interface JobWork {
  /** Aborted when the unit has to stop: gate, pause, cancel, end of the engine. */
  readonly signal: AbortSignal;
  readonly run: Pick<RunView, 'id' | 'job' | 'trigger' | 'createdAtMs'>;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1); from a source that is seeded by the run's id and the unit's number: a unit that is done again draws the same. */
  readonly random: () => number;
  /** Asks models; the only way from a job to any endpoint. */
  readonly models: JobCaller;
  /** Lets requests and timers have their turn; rejects when the unit has to stop. Call it at least every 5 ms of computing. */
  breathe(): Promise<void>;
  /** Tells what is being done now. */
  doing(words: string): void;
}

/** What jobs have kept. Reading is quick; nothing here is content, unless a kept prompt lies behind it. */
export interface JobResults {
  read(job: JobName, key: string): JsonValue | null;
  /** In the order of keys. */
  list(
    job: JobName,
    keyPrefix?: string,
  ): readonly { key: string; value: JsonValue; requestId: string | null; atMs: number }[];
}
