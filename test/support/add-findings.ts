import { join } from 'node:path';
import type { SettingChange } from '../../src-shared/jobs.ts';
import { openWriterConnection } from '../../src-main/engine/store/database.ts';
import { DATABASE_FILE } from '../../src-main/engine/store/open-database.ts';

let made = 0;

/** An open finding in the database of an engine that runs, as a job would have left it; returns its id. */
export function addFinding(folder: string, { severity = 'medium' }: { severity?: string } = {}): string {
  const id = `f${made++}`;
  const action = JSON.stringify({ label: 'Rotate the key', view: 'models', proposalId: null });
  insert(folder, 'INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?)', [
    ...[id, 'security-hygiene', `key-age:${id}`, severity, 'The key of Up is 200 days old.', action, 'open'],
  ]);
  return id;
}

const MORE_AT_HOME: SettingChange = { path: 'optimizer.preferences.localBias', before: 0.5, after: 0.6 };

/** An open proposal, likewise. */
export function addProposal(folder: string, change: SettingChange = MORE_AT_HOME): string {
  const id = `p${made++}`;
  const evidence = JSON.stringify([{ label: 'Could have stayed', value: '41 %' }]);
  insert(folder, 'INSERT INTO proposals VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, NULL)', [
    ...[id, 'shadow-evaluation', id, 'More at home', 'It would have done.', evidence, JSON.stringify([change]), 'open'],
  ]);
  return id;
}

function insert(folder: string, sql: string, values: readonly string[]): void {
  const connection = openWriterConnection(join(folder, DATABASE_FILE));
  connection.prepare<string[]>(sql).run(...values);
  connection.close();
}
