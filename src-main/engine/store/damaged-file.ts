import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a damaged database and its log files aside under `FILE.corrupt-TIME`, so that nothing is lost that a repair might
 * still read. Returns where it is now. Throws the system's error when it cannot be moved.
 */
export function moveAside(file: string, nowMs: number): string {
  const kept = `${file}.corrupt-${fileTime(nowMs)}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
  }
  return kept;
}

/** Removes every database that was ever put aside beside `file`. Throws the system's error. */
export function removePutAside(file: string): void {
  const folder = dirname(file);
  const beginning = `${basename(file)}.corrupt-`;
  for (const name of readdirSync(folder)) if (name.startsWith(beginning)) rmSync(join(folder, name));
}

export function damageSentence(keptAt: string): string {
  return `The database was damaged. It was kept as ${keptAt} and a new one was begun: earlier requests and costs are not shown any more.`;
}

/** Time as part of a file name: `20261121T120000123Z`, no colons, sorts by time. */
export function fileTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:.]/g, '');
}
