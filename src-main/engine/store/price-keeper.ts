import { z } from 'zod';
import type { Connection } from './database.ts';
import type { UnitPrice } from './records.ts';

const priceRow = z.object({ price_id: z.int() });

/**
 * Gives each distinct set of unit prices its number in the database, writing it once. The engine's price rules are
 * shared objects, so the usual call is one look into a map.
 */
export function createPriceKeeper(connection: Connection): (price: UnitPrice) => number {
  const insert = connection.prepare(`
    INSERT INTO prices (
      fingerprint, input, cached_input, cache_write, cache_write_1h, output, reasoning, per_call_usd, source, date
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING`);
  const find = connection.prepare('SELECT price_id FROM prices WHERE fingerprint = ?');
  const known = new WeakMap<UnitPrice, number>();

  return (price) => {
    const remembered = known.get(price);
    if (remembered !== undefined) return remembered;
    const values = valuesOf(price);
    const fingerprint = JSON.stringify(values);
    insert.run(fingerprint, ...values);
    const id = priceRow.parse(find.get(fingerprint)).price_id;
    known.set(price, id);
    return id;
  };
}

function valuesOf(price: UnitPrice): (number | string | null)[] {
  const { input, cachedInput, cacheWrite, cacheWrite1h, output, reasoning, source, date } = price;
  const perCallUsd = price.perCallUsd ?? null;
  return [input, cachedInput, cacheWrite, cacheWrite1h, output, reasoning, perCallUsd, source, date];
}
