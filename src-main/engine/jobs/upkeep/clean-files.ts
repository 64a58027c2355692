import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Somebody who wants to repair a damaged file has had so long to do it. */
const PUT_ASIDE_MS = 30 * DAY_MS;
/** Of logs that are not written any more. */
const OLD_LOG_MS = 30 * DAY_MS;
/** Unfinished files are renamed within seconds: what is older was left behind by a kill. */
const UNFINISHED_MS = DAY_MS;

const PUT_ASIDE = /^(?:pointsman\.db\.corrupt|settings\.json\.invalid)-(\d{4})(\d\d)(\d\d)T/;
/** Of write-file-atomic: the file's name and a number. Our own end in `.unfinished`. */
const UNFINISHED = /^(?:[a-z-]+(?:\.json)?\.\d{6,}|.+\.unfinished)$/;
const LOG = /^pointsman(?:\.(\d+))?\.log$/;

interface Cleaning {
  folder: string;
  nowMs: number;
  keepsLog: boolean;
  logFiles: number;
}

/** Removes files of ours in the data folder that nobody needs any more. What cannot be removed stays, for the next time. */
export async function cleanFiles(cleaning: Cleaning): Promise<{ files: number; bytes: number }> {
  const { folder } = cleaning;
  const removed = { files: 0, bytes: 0 };
  const rules: readonly [folder: string, isOver: (name: string, ageMs: number) => boolean][] = [
    [folder, (name, ageMs) => wasPutAside(name, cleaning.nowMs) || isUnfinished(name, ageMs)],
    [join(folder, 'backups'), isUnfinished],
    [join(folder, 'logs'), (name, ageMs) => isOldLog(name, ageMs, cleaning)],
  ];
  for (const [place, isOver] of rules) {
    for (const name of await readdir(place).catch(() => [])) {
      const found = await stat(join(place, name)).catch(() => null);
      if (found?.isFile() !== true || !isOver(name, cleaning.nowMs - found.mtimeMs)) continue;
      const isGone = await rm(join(place, name)).then(
        () => true,
        () => false,
      );
      if (isGone) removed.files += 1;
      if (isGone) removed.bytes += found.size;
    }
  }
  return removed;
}

/** By the day in its name: it may have been written long before it was put aside. */
function wasPutAside(name: string, nowMs: number): boolean {
  const [, year, month, day] = PUT_ASIDE.exec(name) ?? [];
  if (day === undefined) return false;
  return nowMs - Date.parse(`${year ?? ''}-${month ?? ''}-${day}T00:00:00Z`) > PUT_ASIDE_MS;
}

function isUnfinished(name: string, ageMs: number): boolean {
  return UNFINISHED.test(name) && ageMs > UNFINISHED_MS;
}

function isOldLog(name: string, ageMs: number, { keepsLog, logFiles }: Cleaning): boolean {
  const number = LOG.exec(name)?.[1];
  if (!LOG.test(name)) return false;
  return Number(number ?? 0) >= logFiles || (!keepsLog && ageMs > OLD_LOG_MS);
}
