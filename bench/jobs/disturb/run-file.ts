import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { JobName } from '../../../src-shared/jobs.ts';

/** A run as it stands in the database. */
export interface RunRow {
  id: string;
  state: 'waiting' | 'done' | 'failed' | 'cancelled';
  unitsDone: number;
  preemptions: number;
  /** It has been planned, and what its units do counts from now on. */
  isPlanned: boolean;
  found: string | null;
  problem: string | null;
  nanoUsd: number;
}

/** Looks at the database of an engine that may be running, or dead. */
export class RunFile {
  readonly #database: Database.Database;
  readonly #newest: Database.Statement;

  constructor(folder: string) {
    this.#database = new Database(join(folder, 'pointsman.db'), { readonly: true });
    this.#newest = this.#database.prepare(
      `SELECT id, state, units_done AS unitsDone, preemptions, checkpoint IS NOT NULL AS isPlanned, found, problem,
         cost_nano_usd AS nanoUsd
       FROM job_runs WHERE job = ? ORDER BY seq DESC LIMIT 1`,
    );
  }

  /** null: there is none yet. */
  newest(job: JobName): RunRow | null {
    const row = this.#newest.get(job) as (Omit<RunRow, 'isPlanned'> & { isPlanned: number }) | undefined;
    return row === undefined ? null : { ...row, isPlanned: row.isPlanned === 1 };
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * Has the database itself write down every unit that counts: a second commit of the same unit, or one that was passed
 * over, cannot be undone by what comes after it.
 */
export function keepAccountOfUnits(folder: string): void {
  const database = new Database(join(folder, 'pointsman.db'));
  database.exec(`
    CREATE TABLE unit_account (seq INTEGER PRIMARY KEY, run TEXT NOT NULL, units_before INTEGER NOT NULL, units_after INTEGER NOT NULL) STRICT;
    CREATE TRIGGER account_of_units AFTER UPDATE OF units_done ON job_runs WHEN new.units_done <> old.units_done BEGIN
      INSERT INTO unit_account (run, units_before, units_after) VALUES (new.id, old.units_done, new.units_done);
    END;`);
  database.close();
}

/** Runs whose units did not count one after the other, each once; and what else is not sound. Sentences. */
export function findUnsound(folder: string): string[] {
  const database = new Database(join(folder, 'pointsman.db'), { readonly: true });
  const wrong: string[] = [];
  const check = database.pragma('integrity_check', { simple: true });
  if (check !== 'ok') wrong.push(`integrity_check: ${String(check)}`);
  const account = database.prepare('SELECT run, units_before AS before, units_after AS after FROM unit_account').all();
  const counted = new Map<string, number>();
  for (const { run, before, after } of account as { run: string; before: number; after: number }[]) {
    const due = counted.get(run) ?? 0;
    if (before !== due || after !== due + 1) wrong.push(`run ${run}: from ${before} to ${after} units, ${due} counted`);
    counted.set(run, after);
  }
  const runs = database.prepare('SELECT id, units_done AS done FROM job_runs').all() as { id: string; done: number }[];
  for (const { id, done } of runs) {
    if ((counted.get(id) ?? 0) !== done) wrong.push(`run ${id}: ${done} units, ${counted.get(id) ?? 0} counted`);
  }
  database.close();
  return wrong;
}
