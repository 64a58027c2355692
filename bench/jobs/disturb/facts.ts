import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { JobName } from '../../../src-shared/jobs.ts';
import { BACKGROUND_APP } from '../../../src-main/engine/jobs/calls/background-app.ts';
import type { EngineProcess } from '../engine-process.ts';

/** What a job has left behind, without times and speeds: the same however often it was disturbed. */
export interface Facts {
  /** Keys and verdicts of what was kept. */
  results: readonly string[];
  /** Where they do not tell of speeds. */
  findings: readonly string[];
  proposals: readonly string[];
  /** What the last run found, where that does not tell of speeds. */
  found: string | null;
  intactBackups: number;
  /** Observations that the optimizer has learned from. */
  learned: number;
}

/** Speeds differ from run to run, and are told when they do; and a copy that was finished before the kill is not made again. */
const TELLS_OF_LUCK: readonly JobName[] = ['model-benchmark', 'backup'];

const LEARNING_MS = 100;
const CONTROLS = 'control/';

export async function readFacts(engine: EngineProcess, folder: string, job: JobName): Promise<Facts> {
  const { backups } = await engine.call('backups.list', {});
  const learned = await settledLearning(engine);
  const database = new Database(join(folder, 'pointsman.db'), { readonly: true });
  const all = <Row>(sql: string) => database.prepare(sql).all(job) as Row[];
  const results = all<{ key: string; value: string }>(
    'SELECT key, value FROM job_results WHERE job = ? ORDER BY key',
  ).map(({ key, value }) => {
    // Which pairs test a judge is drawn by the run's id; how many they are is not.
    if (key.startsWith(CONTROLS)) return CONTROLS;
    return `${key.replaceAll(/\d{13,}/g, 'TIME')} ${verdictIn(value)}`.trimEnd();
  });
  const findings = all<{ key: string; severity: string; state: string }>(
    'SELECT key, severity, state FROM findings WHERE job = ? ORDER BY key',
  ).map(({ key, severity, state }) => `${key} ${severity} ${state}`);
  const proposals = all<{ key: string; state: string }>(
    'SELECT key, state FROM proposals WHERE job = ? ORDER BY key, state',
  ).map(({ key, state }) => `${key} ${state}`);
  const [run] = all<{ found: string | null }>('SELECT found FROM job_runs WHERE job = ? ORDER BY seq DESC LIMIT 1');
  database.close();
  return {
    ...{ results, proposals },
    findings: TELLS_OF_LUCK.includes(job) ? [] : findings,
    found: TELLS_OF_LUCK.includes(job) ? null : (run?.found ?? null),
    intactBackups: backups.filter(({ intact }) => intact).length,
    learned,
  };
}

/** Lessons are learned a moment after they are given. */
async function settledLearning(engine: EngineProcess): Promise<number> {
  let before = -1;
  for (;;) {
    const { observations } = (await engine.call('optimizer.read', {})).learning;
    if (observations === before) return observations;
    before = observations;
    await wait(LEARNING_MS);
  }
}

/** Of shadow evaluation's pairs. */
function verdictIn(value: string): string {
  const { state, exact } = JSON.parse(value) as { state?: string; exact?: number | null };
  return state === undefined ? '' : `${state} ${exact ?? 'unknown'}`;
}

/** Money as it was booked: by the ledger, and by the runs. */
export interface Money {
  calls: number;
  ledgerNanoUsd: number;
  runsNanoUsd: number;
}

export function readMoney(folder: string): Money {
  const database = new Database(join(folder, 'pointsman.db'), { readonly: true });
  const ledger = database
    .prepare(
      `SELECT count(*) AS calls, coalesce(sum(cost_nano_usd), 0) AS ledgerNanoUsd FROM attempts
       JOIN requests ON requests.seq = attempts.request_seq WHERE app = ? AND track = 'cloud'`,
    )
    .get(BACKGROUND_APP) as Omit<Money, 'runsNanoUsd'>;
  const runs = database.prepare('SELECT coalesce(sum(cost_nano_usd), 0) AS nanoUsd FROM job_runs').get();
  database.close();
  return { ...ledger, runsNanoUsd: (runs as { nanoUsd: number }).nanoUsd };
}
