import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import { MS_PER_TICK } from './cpu-times.ts';

/** New processes are looked for this often; the known ones are read every time. */
const SEARCH_EVERY_MS = 10_000;

interface ProcessStat {
  command: string;
  parent: number;
  ticks: number;
  /** Ticks after boot; with the id it names a process for good. */
  startedAt: number;
}

/**
 * CPU time of Ollama (the server, and the runners that are its children) from `/proc`. A process seen once to be another
 * program's is not read again, so a search costs one listing of the folder.
 */
export function createOllamaCpu(options: { procFolder: string; clock: Clock }): () => Promise<number | null> {
  const { procFolder, clock } = options;
  let others = new Map<number, 'young' | 'settled'>();
  let ours = new Map<number, ProcessStat>();
  let searchAtMs = -Infinity;

  const search = async (): Promise<void> => {
    const ids = (await readdir(procFolder)).filter((name) => /^\d+$/.test(name)).map(Number);
    const seen = new Map<number, 'young' | 'settled'>();
    for (const id of ids.sort((a, b) => a - b)) {
      const before = others.get(id);
      if (ours.has(id) || before === 'settled') {
        if (before !== undefined) seen.set(id, before);
        continue;
      }
      const stat = await readStat(procFolder, id);
      if (stat === null) continue;
      if (stat.command.startsWith('ollama') || ours.has(stat.parent)) ours.set(id, stat);
      // A process is born under its parent's name: it is looked at once more.
      else seen.set(id, before === undefined ? 'young' : 'settled');
    }
    others = seen;
  };

  return async () => {
    if (clock.monotonicMs() >= searchAtMs) {
      searchAtMs = clock.monotonicMs() + SEARCH_EVERY_MS;
      await search();
    }
    let ticks = 0;
    const alive = new Map<number, ProcessStat>();
    for (const [id, before] of ours) {
      const now = await readStat(procFolder, id);
      if (now?.startedAt !== before.startedAt) continue;
      alive.set(id, now);
      ticks += Math.max(0, now.ticks - before.ticks);
    }
    ours = alive;
    return ticks * MS_PER_TICK;
  };
}

/** proc_pid_stat(5): the name stands in brackets and may hold anything. null: it is gone, or may not be read. */
async function readStat(procFolder: string, id: number): Promise<ProcessStat | null> {
  const text = await readFile(`${procFolder}/${id}/stat`, 'utf8').catch(() => '');
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3] ?? Number.NaN);
  return {
    command: text.slice(open + 1, close),
    parent: field(4),
    ticks: field(14) + field(15),
    startedAt: field(22),
  };
}
