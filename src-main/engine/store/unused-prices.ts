import { isJsonObject } from '../protocols/json.ts';
import type { Connection } from './database.ts';
import { forOneStep, inSmallTransactions } from './small-transactions.ts';
import { NOTHING_DONE, type StepResult } from './upkeep-steps.ts';

const REQUESTS_AT_ONCE = 20_000;

/** Adds to `ids` the prices of calls of requests after `at`, as far as a step reaches; `at` of the result: where that is. */
export function findPrices(connection: Connection, from: { at: number; ids: readonly number[] }): StepResult {
  const last = Number(connection.prepare('SELECT coalesce(max(request_seq), 0) FROM attempts').pluck().get());
  const used = connection
    .prepare(
      'SELECT DISTINCT price_id FROM attempts WHERE request_seq > ? AND request_seq <= ? AND price_id IS NOT NULL',
    )
    .pluck();
  const ids = new Set(from.ids);
  let { at } = from;
  const finished = forOneStep(() => {
    const end = Math.min(last, at + REQUESTS_AT_ONCE);
    for (const id of used.all(at, end)) ids.add(Number(id));
    at = Math.max(at, end);
    return at < last;
  });
  return { ...NOTHING_DONE, finished, at, ids: [...ids].sort((a, b) => a - b) };
}

/**
 * Removes prices that are in none of `used.ids` and in no call after `used.at`. A writer that still remembers one of them
 * has its record refused once, and then writes the price anew.
 */
export function removePrices(connection: Connection, used: { at: number; ids: readonly number[] }): StepResult {
  const known = new Set(used.ids);
  const rows: unknown[] = connection.prepare('SELECT price_id AS id FROM prices').all();
  const unused = rows.flatMap((row) =>
    isJsonObject(row) && typeof row.id === 'number' && !known.has(row.id) ? row.id : [],
  );
  // Whether a price is still referred to was just looked up; SQLite would read all calls again for each.
  connection.pragma('foreign_keys = OFF');
  const remove = connection.prepare(
    'DELETE FROM prices WHERE price_id = ? AND NOT EXISTS (SELECT 1 FROM attempts WHERE request_seq > ? AND price_id = prices.price_id)',
  );
  let place = 0;
  let count = 0;
  const { finished } = inSmallTransactions(connection, (mostRows) => {
    const next = unused.slice(place, place + mostRows);
    for (const id of next) count += remove.run(id, used.at).changes;
    place += next.length;
    return next.length;
  });
  return { ...NOTHING_DONE, count, finished, at: used.at, ids: used.ids };
}
