import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { BACKUP_FORMAT, BACKUP_MARK } from './backup-format.ts';

const part = z.object({
  kind: z.enum(['settings', 'learner state']),
  name: z.string(),
  version: z.int(),
  bytes: z.int().min(0),
});
const manifest = z.object({ atMs: z.number(), version: z.string(), content: z.string(), parts: z.array(part) });

export interface FoundPart extends z.infer<typeof part> {
  content: Uint8Array;
}

export type FoundBackup =
  | { kind: 'intact'; fileBytes: number; atMs: number; version: string; content: string; parts: FoundPart[] }
  /** Its bytes are others than those that were written. */
  | { kind: 'damaged'; fileBytes: number }
  /** Made by a later version of the program. */
  | { kind: 'newer'; fileBytes: number }
  | { kind: 'absent' };

const LINE_END = 0x0a;
/** Hashed at once; the event loop may turn in between. */
const SLICE_BYTES = 256 * 1024;

/** Reads a backup and compares it with its checksum. Rejects with the system's error when the file cannot be read. */
export async function readBackup(file: string): Promise<FoundBackup> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return { kind: 'absent' };
  const fileBytes = bytes.length;
  const first = bytes.indexOf(LINE_END);
  const [mark, format, digest] = bytes.toString('latin1', 0, Math.max(0, Math.min(first, 200))).split(' ');
  if (mark === BACKUP_MARK && Number(format) > BACKUP_FORMAT) return { kind: 'newer', fileBytes };
  const rest = bytes.subarray(first + 1);
  if (mark !== BACKUP_MARK || Number(format) !== BACKUP_FORMAT || (await sha256(rest)) !== digest) {
    return { kind: 'damaged', fileBytes };
  }
  return open(rest, fileBytes);
}

function open(rest: Buffer, fileBytes: number): FoundBackup {
  const second = rest.indexOf(LINE_END);
  const parsed = manifest.safeParse(parseJson(rest.toString('utf8', 0, Math.max(0, second))));
  if (!parsed.success) return { kind: 'damaged', fileBytes };
  const { atMs, version, content } = parsed.data;
  let at = second + 1;
  const parts = parsed.data.parts.map((one) => {
    const taken = rest.subarray(at, (at += one.bytes));
    return { ...one, content: taken };
  });
  if (at !== rest.length) return { kind: 'damaged', fileBytes };
  return { kind: 'intact', fileBytes, atMs, version, content, parts };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = createHash('sha256');
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (at > 0) await nextTurn();
    digest.update(bytes.subarray(at, at + SLICE_BYTES));
  }
  return digest.digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
