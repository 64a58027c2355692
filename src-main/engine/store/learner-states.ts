import { z } from 'zod';
import type { Clock, Log } from '../ports.ts';
import type { Connection } from './database.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';
import { storeProblem } from './store-problem.ts';
import type { UpkeepFailure, UpkeepThread } from './upkeep-thread.ts';
import type { LearnerState } from './write-learner-state.ts';

const stateRow = z.object({
  name: z.string(),
  version: z.int(),
  savedAtMs: z.int(),
  bytes: z.instanceof(Uint8Array),
});

export type SavedState = { ok: true } | { ok: false; message: string };

/** What learners know, kept whole in the database. Writing is the upkeep thread's: a state may be megabytes. */
export class LearnerStates {
  readonly #database: StoreDatabase;
  readonly #thread: UpkeepThread;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reads: PreparedReads<ReturnType<typeof prepareStatements>>;
  #problem: string | null = null;

  constructor(options: { database: StoreDatabase; thread: UpkeepThread; clock: Clock; log: Log }) {
    this.#database = options.database;
    this.#thread = options.thread;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#reads = new PreparedReads(options.database, prepareStatements);
  }

  /** Why the last state could not be saved, in sentences; null when it was. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * The state in use under that name, of whatever version: one that the caller does not know is for it to refuse. null:
   * there is none.
   */
  readState(name: string): LearnerState | null {
    return this.#reads.read(({ inUse }) => {
      const row = inUse.get(name);
      return row === undefined ? null : stateRow.parse(row);
    });
  }

  /**
   * Resolves when the state is in the database: it then survives a kill. Until then, and when it fails, the one before
   * stands. A state of a newer version is put aside rather than overwritten. Never rejects.
   */
  async saveState(state: Omit<LearnerState, 'savedAtMs'>): Promise<SavedState> {
    const { failure } = await this.#thread.saveState({ ...state, savedAtMs: this.#clock.nowMs() });
    if (failure === null) {
      this.#problem = null;
      return { ok: true };
    }
    this.#log.warn({ state: state.name, error: failure.message }, 'what was learned could not be saved');
    if (failure.fault === 'corrupt') this.#replaceDamaged(failure);
    const cause = Object.assign(new Error(failure.message), { code: failure.code });
    const { message } = storeProblem({ fault: failure.fault, file: this.#database.file, error: cause });
    this.#problem = `What was learned could not be saved. ${message}`;
    return { ok: false, message: this.#problem };
  }

  /** The next state goes into the new file. What stands in its way is told by the writer of records, which tries again. */
  #replaceDamaged(failure: UpkeepFailure): void {
    try {
      if (!this.#database.damaged) this.#database.replaceDamaged(failure.message);
    } catch (error) {
      this.#log.error({ error: String(error) }, 'the damaged database could not be put aside');
    }
  }
}

function prepareStatements(connection: Connection) {
  return {
    inUse: connection.prepare(`
      SELECT name, version, saved_at_ms AS savedAtMs, state AS bytes
      FROM learner_states WHERE name = ? AND kept_aside_at_ms IS NULL`),
  };
}
