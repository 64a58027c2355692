import { isJsonObject } from '../protocols/json.ts';
import type { Connection } from './database.ts';
import { inSmallTransactions } from './small-transactions.ts';
import { NOTHING_DONE, type StepResult } from './upkeep-steps.ts';

/**
 * What is neither a request nor hangs on one, and when it is over and done with. What a person dismissed stays: it is not
 * to be told again.
 */
const NOTES: readonly { table: string; isOld: string }[] = [
  { table: 'feedback', isOld: 'at_ms < ? AND NOT EXISTS (SELECT 1 FROM requests WHERE requests.id = request_id)' },
  { table: 'adaptations', isOld: 'at_ms < ?' },
  { table: 'job_runs', isOld: "state <> 'waiting' AND ended_at_ms < ?" },
  { table: 'findings', isOld: "state = 'resolved' AND seen_at_ms < ?" },
  { table: 'proposals', isOld: "state IN ('accepted', 'outdated') AND coalesce(decided_at_ms, proposed_at_ms) < ?" },
  { table: 'gate_openings', isOld: 'ended_at_ms < ?' },
  { table: 'absences', isOld: 'ended_at_ms < ?' },
];

const LOOK_AHEAD = 1000;

/** Removes notes from before `beforeMs`. */
export function removeNotes(connection: Connection, beforeMs: number): StepResult {
  let count = 0;
  for (const { table, isOld } of NOTES) {
    const found = connection.prepare(`SELECT rowid AS id FROM ${table} WHERE ${isOld} LIMIT ${LOOK_AHEAD}`);
    const remove = connection.prepare(`DELETE FROM ${table} WHERE rowid = ? AND ${isOld}`);
    const ids = found.all(beforeMs).flatMap((row) => (isJsonObject(row) && typeof row.id === 'number' ? row.id : []));
    let place = 0;
    const removed = inSmallTransactions(connection, (mostRows) => {
      const next = ids.slice(place, place + mostRows);
      for (const id of next) remove.run(id, beforeMs);
      place += next.length;
      return next.length;
    });
    count += removed.count;
    if (!removed.finished || ids.length === LOOK_AHEAD) return { ...NOTHING_DONE, count, finished: false };
  }
  return { ...NOTHING_DONE, count };
}
