import { logState, runCheckpoint } from './checkpoint.ts';
import { openUpkeepConnection, type Connection } from './database.ts';

/** So many rows go in one transaction: others who write wait for one of these at most. */
const ROWS_AT_ONCE = 16;
/** Erased pages are written over, and pass through the log: it is cut back whenever it is this large. */
const LARGE_LOG_BYTES = 16 * 1024 * 1024;

/** `withResults`: what jobs made of them goes too. */
export interface KeptErasure {
  /** null: all. */
  requestIds: readonly string[] | null;
  withResults: boolean;
}

/**
 * Erases kept prompts, in the calling thread. Their bytes are written over (`secure_delete`), and the write-ahead log,
 * which still holds them, is emptied. True when all of that was done.
 */
export function eraseKept(file: string, { requestIds, withResults }: KeptErasure): boolean {
  const connection = openUpkeepConnection(file);
  try {
    for (const table of withResults ? ['kept_prompts', 'job_results'] : ['kept_prompts']) {
      if (requestIds === null) eraseAll(connection, file, table);
      else eraseThese(connection, file, { table, requestIds });
    }
    return runCheckpoint(connection, 'TRUNCATE');
  } finally {
    connection.close();
  }
}

function eraseThese(
  connection: Connection,
  file: string,
  { table, requestIds }: { table: string; requestIds: readonly string[] },
): void {
  const erase = connection.prepare(`DELETE FROM ${table} WHERE request_id = ?`);
  const eraseSome = connection.transaction((ids: readonly string[]) => {
    for (const id of ids) erase.run(id);
  });
  for (let from = 0; from < requestIds.length; from += ROWS_AT_ONCE) {
    eraseSome.immediate(requestIds.slice(from, from + ROWS_AT_ONCE));
    keepLogShort(connection, file);
  }
}

/** Results that were made of no request stay. */
function eraseAll(connection: Connection, file: string, table: string): void {
  const some = `SELECT request_id FROM ${table} WHERE request_id IS NOT NULL LIMIT ${ROWS_AT_ONCE}`;
  const erase = connection.prepare(`DELETE FROM ${table} WHERE request_id IN (${some})`);
  while (erase.run().changes > 0) keepLogShort(connection, file);
}

function keepLogShort(connection: Connection, file: string): void {
  if ((logState(file)?.bytes ?? 0) > LARGE_LOG_BYTES) runCheckpoint(connection, 'TRUNCATE');
}
