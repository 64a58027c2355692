import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { JOB_NAMES, type JobName } from '../../src-shared/jobs.ts';

/** Settings of an engine beside an Ollama, whose gate opens as soon as settings let it. */
export function settingsFor(options: { localUrl: string; only?: JobName; enabled?: boolean }): Record<string, unknown> {
  const { localUrl, only, enabled = true } = options;
  const off = only === undefined ? [] : JOB_NAMES.filter((name) => name !== only);
  return {
    gateway: { port: 0 },
    ollama: { enabled: true, baseUrl: localUrl },
    gate: { resumeHoldSeconds: 0, requestQuietSeconds: 1, cpuQuietSeconds: 1, userIdleSeconds: 60 },
    background: { enabled, off },
    optimizer: { exploration: { enabled: false } },
  };
}

export function makeFolder(folder: string, settings: Record<string, unknown>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
}

/**
 * Makes a job due by its schedule, as if its time had just passed: such a run gives way to everything, also to somebody
 * who touches the keyboard. For a folder whose engine has run and does not run now.
 */
export function makeDue(folder: string, job: JobName): void {
  const database = new Database(join(folder, 'pointsman.db'));
  database
    .prepare('INSERT OR REPLACE INTO jobs_state (job, paused, paused_until_ms, next_due_at_ms) VALUES (?, 0, NULL, 1)')
    .run(job);
  database.close();
}
