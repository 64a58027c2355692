import type { BackupHead } from './backup-format.ts';

/**
 * What the upkeep thread does of the database's upkeep, in steps of some hundred milliseconds each. Whatever a step changes,
 * it changes in transactions of a millisecond or two with a rest after each, so that records find their way in between.
 */
export type UpkeepStep =
  /** How large everything is. */
  | { name: 'look' }
  /** Requests that began before, with all that hangs on them; sums stay. */
  | { name: 'remove requests'; beforeMs: number }
  /** The oldest requests, until no more than so many bytes are in use. */
  | { name: 'remove oldest'; mostBytes: number }
  /** Adaptations, ended runs, settled findings and the like from before. */
  | { name: 'remove notes'; beforeMs: number }
  /** Which prices the calls of the next requests after `at` were reckoned with. `ids` collects them. */
  | { name: 'find prices'; at: number; ids: readonly number[] }
  /** Prices that are not among `ids`, nor used by a request after `at`. */
  | { name: 'remove prices'; at: number; ids: readonly number[] }
  /** Looks for damage, from table number `table` and its row `at` on. */
  | { name: 'check'; table: number; at: number }
  /** What the query planner knows of table number `table`. */
  | { name: 'analyze'; table: number }
  /** Writes the file anew so that it can give pages back from then on. One piece of work of up to seconds. */
  | { name: 'rebuild' }
  /** Gives free pages back to the disk. */
  | { name: 'give back' }
  /** Brings the write-ahead log home and cuts it to nothing. */
  | { name: 'cut log' }
  /** A copy of `settings` and all learner states as one file; none when they are as in `unlessContent`. */
  | { name: 'back up'; file: string; head: BackupHead; settings: string; unlessContent: string | null };

/** What came of a step; what does not concern it is 0 or empty. */
export interface StepResult {
  /** False: the same step has more to do, from `at` on. */
  finished: boolean;
  /** Rows removed or pages given back. */
  count: number;
  at: number;
  ids: readonly number[];
  facts: Readonly<Record<string, number>>;
  problems: readonly string[];
  /** Of a backup: the digest of its content. */
  content: string;
}

export const NOTHING_DONE: StepResult = {
  finished: true,
  count: 0,
  at: 0,
  ids: [],
  facts: {},
  problems: [],
  content: '',
};
