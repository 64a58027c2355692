import { checkTable } from './check-tables.ts';
import { copyLog, logState, runCheckpoint } from './checkpoint.ts';
import { databaseSize } from './database-size.ts';
import { openUpkeepConnection } from './database.ts';
import type { Connection } from './database.ts';
import { canGiveBack, giveBackPages, rebuild } from './give-back-pages.ts';
import { removeNotes } from './remove-notes.ts';
import { removeOldest, removeRequests } from './remove-requests.ts';
import { tableNames } from './table-names.ts';
import { findPrices, removePrices } from './unused-prices.ts';
import { NOTHING_DONE, type StepResult, type UpkeepStep } from './upkeep-steps.ts';
import { writeBackup } from './write-backup.ts';

/** Rows of an index that are looked at for the query planner: enough for a choice, and soon done. */
const ANALYSIS_LIMIT = 400;
const MOST_LOG_BYTES = 24 * 1024 * 1024;
/** Whoever reads or writes is waited for only so long: this thread is needed for records, too. */
const MOMENT_MS = 100;

/** Does one step, in the calling thread and on the file that is in use now. Throws what SQLite and the system throw. */
export function runUpkeepStep(file: string, step: UpkeepStep): StepResult {
  const connection = openUpkeepConnection(file);
  try {
    connection.pragma('cell_size_check = ON');
    const result = run(connection, step, file);
    keepLogShort(connection, file);
    return result;
  } finally {
    connection.close();
  }
}

/** Removing writes a log of many times what is removed: it is brought home after every few steps. */
function keepLogShort(connection: Connection, file: string): void {
  if ((logState(file)?.bytes ?? 0) <= MOST_LOG_BYTES) return;
  connection.pragma(`busy_timeout = ${MOMENT_MS}`);
  copyLog(connection, { file, nowMs: Date.now() });
}

function run(connection: Connection, step: UpkeepStep, file: string): StepResult {
  switch (step.name) {
    case 'look':
      return look(connection, file);
    case 'remove requests':
      return removeRequests(connection, step.beforeMs);
    case 'remove oldest':
      return removeOldest(connection, step.mostBytes);
    case 'remove notes':
      return removeNotes(connection, step.beforeMs);
    case 'find prices':
      return findPrices(connection, step);
    case 'remove prices':
      return removePrices(connection, step);
    case 'check':
      return checkTable(connection, step);
    case 'analyze':
      return analyze(connection, step.table);
    case 'rebuild':
      return rebuild(connection);
    case 'give back':
      return giveBackPages(connection);
    case 'cut log':
      return cutLog(connection, file);
    case 'back up':
      return writeBackup(connection, step);
  }
}

function look(connection: Connection, file: string): StepResult {
  const { bytes, usedBytes } = databaseSize(connection);
  const logBytes = logState(file)?.bytes ?? 0;
  return { ...NOTHING_DONE, facts: { bytes, usedBytes, logBytes, canGiveBack: canGiveBack(connection) ? 1 : 0 } };
}

/** Some ten milliseconds a table, in which nobody else writes. */
function analyze(connection: Connection, table: number): StepResult {
  const tables = tableNames(connection);
  const name = tables[table];
  connection.pragma(`analysis_limit = ${ANALYSIS_LIMIT}`);
  if (name !== undefined) connection.exec(`ANALYZE "${name}"`);
  return { ...NOTHING_DONE, finished: table >= tables.length - 1 };
}

/** `finished`: false when somebody still reads an old state of the database. */
function cutLog(connection: Connection, file: string): StepResult {
  connection.pragma(`busy_timeout = ${MOMENT_MS}`);
  const before = logState(file)?.bytes ?? 0;
  const finished = runCheckpoint(connection, 'TRUNCATE');
  const after = logState(file)?.bytes ?? 0;
  return { ...NOTHING_DONE, finished, facts: { bytes: Math.max(0, before - after), logBytes: after } };
}
