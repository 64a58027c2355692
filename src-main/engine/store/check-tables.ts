import type { Connection } from './database.ts';
import { faultOf } from './database.ts';
import { forOneStep } from './small-transactions.ts';
import { tableNames } from './table-names.ts';
import { NOTHING_DONE, type StepResult } from './upkeep-steps.ts';

/** SQLite's own check reads about a row in a microsecond and cannot be stopped: larger tables are read in pieces. */
const MOST_ROWS_AT_ONCE = 200_000;
const ROWS_OF_A_PIECE = 10_000;
const MOST_PROBLEMS = 5;

/** Tables that grow with every request, their keys, and what must hold for each row; all that is wrong is counted. */
const LARGE: Readonly<Record<string, { key: string; isWrong: string }>> = {
  requests: { key: 'seq', isWrong: 'NOT EXISTS (SELECT 1 FROM requests AS other WHERE other.id = requests.id)' },
  attempts: { key: 'request_seq', isWrong: 'NOT EXISTS (SELECT 1 FROM requests WHERE seq = request_seq)' },
  decisions: { key: 'request_seq', isWrong: 'NOT EXISTS (SELECT 1 FROM requests WHERE seq = request_seq)' },
};

/**
 * Looks for damage from row `at` of the table of that number on: SQLite's own check (structure, order, types) of what is
 * small, every row with all its columns and its place in the index of what is large. `at` of the result is where to go on;
 * -1: this table is done.
 */
export function checkTable(connection: Connection, from: { table: number; at: number }): StepResult {
  const tables = tableNames(connection);
  const table = tables[from.table];
  if (table === undefined) return NOTHING_DONE;
  const isLast = from.table === tables.length - 1;
  try {
    const piece = readPiece(connection, table, from.at);
    if (piece !== null) return { ...NOTHING_DONE, ...piece, finished: isLast && piece.at === -1 };
    const problems = ownCheck(connection, table);
    return { ...NOTHING_DONE, at: -1, problems, finished: isLast };
  } catch (error) {
    if (faultOf(error) !== 'corrupt') throw error;
    return { ...NOTHING_DONE, at: -1, problems: [`${table}: ${String(error)}`], finished: isLast };
  }
}

function ownCheck(connection: Connection, table: string): string[] {
  const rows = connection.prepare(`PRAGMA quick_check("${table}")`).pluck().all();
  return rows
    .map(String)
    .filter((row) => row !== 'ok')
    .slice(0, MOST_PROBLEMS)
    .map((row) => `${table}: ${row}`);
}

/** null: the table is small enough to be checked at once. */
function readPiece(connection: Connection, table: string, from: number): { at: number; problems: string[] } | null {
  const large = LARGE[table];
  if (large === undefined) return null;
  const { key, isWrong } = large;
  const [first, last] = [`min(${key})`, `max(${key})`].map((of) =>
    Number(connection.prepare(`SELECT coalesce(${of}, 0) FROM ${table}`).pluck().get()),
  );
  if (first === undefined || last === undefined || last - first < MOST_ROWS_AT_ONCE) return null;
  const read = connection
    .prepare(
      `SELECT count(*) FILTER (WHERE ${isWrong}) FROM (SELECT *, ${columnsOf(connection, table)} AS size FROM ${table}) AS ${table} WHERE ${key} > ? AND ${key} <= ? AND size >= 0`,
    )
    .pluck();
  let at = Math.max(from, first - 1);
  let wrong = 0;
  const isDone = forOneStep(() => {
    wrong += Number(read.get(at, at + ROWS_OF_A_PIECE));
    at += ROWS_OF_A_PIECE;
    return at < last;
  });
  const problems = wrong === 0 ? [] : [`${table}: ${wrong} rows do not fit the other tables`];
  return { at: isDone ? -1 : at, problems };
}

/** Makes SQLite read every column to its end. */
function columnsOf(connection: Connection, table: string): string {
  const names = connection.prepare(`SELECT name FROM pragma_table_info(?)`).pluck().all(table);
  return names.map((name) => `length(coalesce("${String(name)}", ''))`).join(' + ');
}
