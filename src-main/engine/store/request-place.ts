import { z } from 'zod';
import type { Connection } from './database.ts';

const seqRow = z.object({ seq: z.int() });

/**
 * Gives the place before which a page begins. Ids sort by time, so an id that is not there still has its place;
 * `undefined`: behind the newest.
 */
export function createPlaceFinder(connection: Connection): (beforeId: string | undefined) => number {
  const own = connection.prepare('SELECT seq FROM requests WHERE id = ?');
  const older = connection.prepare('SELECT seq FROM requests WHERE id < ? ORDER BY id DESC LIMIT 1');
  return (beforeId) => {
    if (beforeId === undefined) return Number.MAX_SAFE_INTEGER;
    const found = own.get(beforeId);
    if (found !== undefined) return seqRow.parse(found).seq;
    const neighbour = older.get(beforeId);
    return neighbour === undefined ? 0 : seqRow.parse(neighbour).seq + 1;
  };
}
