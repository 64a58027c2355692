import type { Connection } from './database.ts';
import { databaseSize } from './database-size.ts';
import { inSmallTransactions } from './small-transactions.ts';
import { NOTHING_DONE, type StepResult } from './upkeep-steps.ts';

/** Free pages that stay, because the next records fill them at once: one megabyte. */
const KEPT_FREE_PAGES = 256;

/** Cuts free pages off the end of the file. */
export function giveBackPages(connection: Connection): StepResult {
  if (!canGiveBack(connection)) return NOTHING_DONE;
  const { pageBytes } = databaseSize(connection);
  const { count, finished } = inSmallTransactions(connection, (mostPages) => {
    const before = databaseSize(connection).freePages;
    const wanted = Math.min(mostPages, before - KEPT_FREE_PAGES);
    if (wanted <= 0) return 0;
    connection.pragma(`incremental_vacuum(${wanted})`);
    return before - databaseSize(connection).freePages;
  });
  return { ...NOTHING_DONE, count, finished, facts: { bytes: count * pageBytes } };
}

/** The file was begun so that it can give back pages one by one. */
export function canGiveBack(connection: Connection): boolean {
  return connection.pragma('auto_vacuum', { simple: true }) === 2;
}

/** Writes the file anew, and so that it can give pages back from now on. Others may read, and wait to write. */
export function rebuild(connection: Connection): StepResult {
  const before = databaseSize(connection).bytes;
  connection.pragma('auto_vacuum = INCREMENTAL');
  connection.exec('VACUUM');
  const after = databaseSize(connection).bytes;
  return { ...NOTHING_DONE, facts: { bytes: Math.max(0, before - after) } };
}
