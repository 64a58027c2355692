import { isJsonObject } from '../protocols/json.ts';
import type { Connection } from './database.ts';
import { databaseSize } from './database-size.ts';
import { forOneStep, inSmallTransactions } from './small-transactions.ts';
import { NOTHING_DONE, type StepResult } from './upkeep-steps.ts';

/** So many are looked up at once, before the lock is taken. */
const LOOK_AHEAD = 500;

/** By request number, and by request id: all that hangs on a request, and goes before it. */
const BY_NUMBER = ['attempts', 'decisions'];
const BY_ID = ['feedback', 'job_results', 'kept_prompts'];

interface Found {
  seq: number;
  id: string;
}

/** Removes requests that began before `beforeMs`, the oldest first. The sums by quarters of an hour stay as they are. */
export function removeRequests(connection: Connection, beforeMs: number): StepResult {
  return removeWhile(connection, { beforeMs, isEnough: () => false });
}

/** Removes the oldest requests until no more than `mostBytes` of the file are in use, or none is left. */
export function removeOldest(connection: Connection, mostBytes: number): StepResult {
  return removeWhile(connection, {
    beforeMs: Number.MAX_SAFE_INTEGER,
    isEnough: () => databaseSize(connection).usedBytes <= mostBytes,
  });
}

function removeWhile(connection: Connection, until: { beforeMs: number; isEnough: () => boolean }): StepResult {
  const oldest = connection.prepare(
    'SELECT seq, id FROM requests WHERE started_at_ms < ? ORDER BY started_at_ms LIMIT ?',
  );
  const remove = prepareRemoval(connection);
  let count = 0;
  let isDone = false;
  const finished = forOneStep(() => {
    if (until.isEnough()) return false;
    const found = toFound(oldest.all(until.beforeMs, LOOK_AHEAD));
    let place = 0;
    const removed = inSmallTransactions(connection, (mostRows) => {
      const next = until.isEnough() ? [] : found.slice(place, place + mostRows);
      for (const request of next) remove(request);
      place += next.length;
      return next.length;
    });
    count += removed.count;
    isDone = found.length < LOOK_AHEAD && place === found.length;
    return !isDone && place > 0;
  });
  return { ...NOTHING_DONE, count, finished: finished || isDone };
}

function prepareRemoval(connection: Connection): (request: Found) => void {
  const byNumber = BY_NUMBER.map((table) => connection.prepare(`DELETE FROM ${table} WHERE request_seq = ?`));
  const byId = BY_ID.map((table) => connection.prepare(`DELETE FROM ${table} WHERE request_id = ?`));
  const request = connection.prepare('DELETE FROM requests WHERE seq = ?');
  return ({ seq, id }) => {
    for (const statement of byNumber) statement.run(seq);
    for (const statement of byId) statement.run(id);
    request.run(seq);
  };
}

function toFound(rows: readonly unknown[]): Found[] {
  return rows.flatMap((row) =>
    isJsonObject(row) && typeof row.seq === 'number' && typeof row.id === 'string' ? { seq: row.seq, id: row.id } : [],
  );
}
