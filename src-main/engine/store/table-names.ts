import type { Connection } from './database.ts';

/** Every table of ours, in the order of their names. */
export function tableNames(connection: Connection): string[] {
  return connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all()
    .map(String);
}
