import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** One prompt with the quality of both arms' answers. */
export type ReplayRow = z.infer<typeof ROW>;

const QUALITY = z.number().min(0).max(1);
const ROW = z.object({ prompt: z.string(), weak: QUALITY, strong: QUALITY, category: z.string().optional() });

/** Throws an Error that names the file, and the line when it is one, for what is missing or is not such a set. */
export function readSet({ folder, name }: { folder: string; name: string }): ReplayRow[] {
  const file = join(folder, `${name}.jsonl.gz`);
  const lines = gunzip(file).split('\n');
  const rows = lines.flatMap((line, at) => (line.trim() === '' ? [] : [parseRow(line, `${file}, line ${at + 1}`)]));
  if (rows.length === 0) throw new Error(`${file} has no rows`);
  return rows;
}

function gunzip(file: string): string {
  try {
    return gunzipSync(readFileSync(file)).toString('utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot read ${file}: ${reason}`, { cause });
  }
}

function parseRow(line: string, where: string): ReplayRow {
  try {
    return ROW.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`${where}: not a row with prompt, weak and strong (both in [0, 1])`, { cause });
  }
}
