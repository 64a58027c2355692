import type { Finding, Proposal } from '../../../src-shared/jobs.ts';
import type { Random } from '../ports.ts';
import { faultOf, type Connection } from './database.ts';
import { toRunRow, UPSERT_RUN } from './job-run.ts';
import type { JobWrite } from './job-write.ts';
import type { StoreDatabase } from './store-database.ts';
import { createFindingsWriter } from './write-findings.ts';
import { createProposalsWriter } from './write-proposals.ts';

/** Ended runs, absences and openings are forgotten after it, as are findings that were settled. */
export const KEPT_HISTORY_MS = 90 * 86_400_000;

type RunWrite = Extract<JobWrite, { kind: 'run' }>;

/** Writes what background work does; each write is one transaction on the event loop, of a few rows. */
export class JobStore {
  readonly #database: StoreDatabase;
  readonly #random: Random;
  #statements: Statements | null = null;
  #generation = 0;

  constructor(options: { database: StoreDatabase; random: Random }) {
    this.#database = options.database;
    this.#random = options.random;
  }

  /** For the sentence that tells a problem. */
  get file(): string {
    return this.#database.file;
  }

  /**
   * Throws what SQLite throws, and has then changed nothing. A unit that is in the database already is not written again:
   * whoever does not know whether a write succeeded may repeat it.
   */
  write(write: JobWrite): void {
    this.#run((statements) => {
      if (write.kind === 'run') statements.writeRun(write);
      else if (write.kind === 'unreadable') {
        statements.closeUnreadable.run({ ids: JSON.stringify(write.readable), nowMs: write.atMs });
      } else if (write.kind === 'state') {
        const { job, paused, pausedUntilMs, nextDueAtMs } = write.state;
        statements.state.run(job, paused ? 1 : 0, pausedUntilMs, nextDueAtMs);
      } else if (write.kind === 'opening') statements.opening.run(write.openedAtMs, write.endedAtMs);
      else {
        const { beganAtMs, endedAtMs, toldAtMs } = write.absence;
        statements.absence.run(beganAtMs, endedAtMs, toldAtMs);
      }
    });
  }

  setFinding(id: string, state: Finding['state']): void {
    this.#run(({ setFinding }) => setFinding.run(state, id));
  }

  setProposal(id: string, decided: Pick<Proposal, 'state' | 'decidedAtMs'>): void {
    this.#run(({ setProposal }) => setProposal.run(decided.state, decided.decidedAtMs, id));
  }

  #run(write: (statements: Statements) => void): void {
    try {
      this.#transact(write);
    } catch (error) {
      this.#statements = null;
      if (faultOf(error) !== 'corrupt' || this.#database.damaged) throw error;
      this.#database.replaceDamaged(error);
      this.#transact(write);
    }
  }

  #transact(write: (statements: Statements) => void): void {
    if (this.#database.damaged) this.#database.replaceDamaged('an earlier attempt to put it aside failed');
    if (this.#statements === null || this.#generation !== this.#database.generation) {
      this.#generation = this.#database.generation;
      this.#statements = prepareStatements(this.#database.writer, this.#random);
    }
    const statements = this.#statements;
    this.#database.writer.transaction(() => write(statements)).immediate();
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection, random: Random) {
  return {
    writeRun: createRunWriter(connection, random),
    state: connection.prepare('INSERT OR REPLACE INTO jobs_state VALUES (?, ?, ?, ?)'),
    opening: connection.prepare('INSERT OR REPLACE INTO gate_openings VALUES (?, ?)'),
    absence: connection.prepare('INSERT OR REPLACE INTO absences VALUES (?, ?, ?)'),
    closeUnreadable: connection.prepare(`
      UPDATE job_runs SET state = 'failed', ended_at_ms = :nowMs, checkpoint = NULL,
        problem = 'It was begun by another version of Pointsman, and cannot be gone on with.'
      WHERE state = 'waiting' AND id NOT IN (SELECT value FROM json_each(:ids))`),
    setFinding: connection.prepare('UPDATE findings SET state = ? WHERE id = ?'),
    setProposal: connection.prepare('UPDATE proposals SET state = ?, decided_at_ms = ? WHERE id = ?'),
  };
}

function createRunWriter(connection: Connection, random: Random): (write: RunWrite) => void {
  const stored = connection
    .prepare<[string, number]>('SELECT 1 FROM job_runs WHERE id = ? AND units_done >= ?')
    .pluck();
  const upsert = connection.prepare(UPSERT_RUN);
  const keep = connection.prepare('INSERT OR REPLACE INTO job_results VALUES (?, ?, ?, ?, ?)');
  const remove = connection.prepare('DELETE FROM job_results WHERE job = ? AND key = ?');
  const writeFindings = createFindingsWriter(connection, random);
  const proposals = createProposalsWriter(connection, random);
  const forget = [
    'DELETE FROM job_runs WHERE ended_at_ms < ?',
    'DELETE FROM gate_openings WHERE opened_at_ms < ?',
    'DELETE FROM absences WHERE began_at_ms < ?',
    "DELETE FROM findings WHERE state = 'resolved' AND seen_at_ms < ?",
  ].map((sql) => connection.prepare(sql));

  return ({ run, unit, atMs }) => {
    if (unit !== null && stored.get(run.id, run.unitsDone) !== undefined) return;
    upsert.run(toRunRow(run));
    if (unit !== null) {
      for (const { key, value, requestId } of unit.results) {
        if (value === null) remove.run(run.job, key);
        else keep.run(run.job, key, JSON.stringify(value), requestId, atMs);
      }
      // Proposals first: findings may name one of the same unit.
      proposals.write({ job: run.job, atMs, proposals: unit.proposals });
      writeFindings({ job: run.job, atMs, ...unit }, (key) => proposals.idOf(run.job, key));
    }
    if (run.endedAtMs !== null) for (const each of forget) each.run(run.endedAtMs - KEPT_HISTORY_MS);
  };
}
