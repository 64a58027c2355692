import { isJsonObject } from '../protocols/json.ts';
import { runCheckpoint } from './checkpoint.ts';
import { openUpkeepConnection } from './database.ts';
import type { Connection } from './database.ts';

/** Holds nothing of anybody. */
const KEPT = new Set(['upkeep']);

/**
 * Empties every table and gives the pages back, so that nothing of what stood there is left in the files; in the calling
 * thread, for as long as it takes. True when the write-ahead log is empty too. Nobody else may write meanwhile.
 */
export function eraseTables(file: string): boolean {
  const connection = openUpkeepConnection(file);
  try {
    // Tables go one by one, and in between point to what is gone.
    connection.pragma('foreign_keys = OFF');
    connection.transaction(() => {
      for (const name of tablesOf(connection)) connection.exec(`DELETE FROM "${name}"`);
    })();
    connection.exec('VACUUM');
    return runCheckpoint(connection, 'TRUNCATE');
  } finally {
    connection.close();
  }
}

function tablesOf(connection: Connection): string[] {
  const rows: unknown[] = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return rows
    .flatMap((row) => (isJsonObject(row) && typeof row.name === 'string' ? row.name : []))
    .filter((name) => !KEPT.has(name));
}
