import { statSync } from 'node:fs';
import { isJsonObject } from '../protocols/json.ts';
import { openUpkeepConnection } from './database.ts';
import type { Connection } from './database.ts';

/** A log of this size is cut back to nothing when a checkpoint has copied all of it. */
const LARGE_LOG_BYTES = 16 * 1024 * 1024;

/**
 * Copies the write-ahead log into the database file and waits for the disk, in the calling thread. True when all of it
 * was copied. Opens the file anew each time, so that it always works on the one that is in use.
 */
export function checkpoint(options: { file: string; nowMs: number }): boolean {
  const connection = openUpkeepConnection(options.file);
  try {
    return copyLog(connection, options);
  } finally {
    connection.close();
  }
}

/**
 * A write that finds the whole log copied starts it over and waits for the disk before it does. That write is made here
 * (`upkeep`), in the upkeep thread, so that it is not the event loop's.
 */
export function copyLog(connection: Connection, options: { file: string; nowMs: number }): boolean {
  if (!runCheckpoint(connection, 'PASSIVE')) return false;
  if ((logState(options.file)?.bytes ?? 0) > LARGE_LOG_BYTES) runCheckpoint(connection, 'TRUNCATE');
  connection.prepare('UPDATE upkeep SET checkpointed_at_ms = ?').run(options.nowMs);
  return true;
}

/** Size and last change of the write-ahead log; null when there is none. */
export function logState(file: string): { bytes: number; modifiedMs: number } | null {
  const stats = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return stats === undefined ? null : { bytes: stats.size, modifiedMs: stats.mtimeMs };
}

export function runCheckpoint(connection: Connection, mode: 'PASSIVE' | 'TRUNCATE'): boolean {
  const row: unknown = connection.prepare(`PRAGMA wal_checkpoint(${mode})`).get();
  return isJsonObject(row) && row.busy === 0 && row.log === row.checkpointed;
}
