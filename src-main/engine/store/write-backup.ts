import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isJsonObject } from '../protocols/json.ts';
import { BACKUP_FORMAT, BACKUP_MARK } from './backup-format.ts';
import type { BackupManifest, BackupPart } from './backup-format.ts';
import type { Connection } from './database.ts';
import { NOTHING_DONE, type StepResult, type UpkeepStep } from './upkeep-steps.ts';

/** Readable by its owner alone, like everything in the data folder. */
const MODE = { file: 0o600, folder: 0o700 };

interface Content {
  part: BackupPart;
  bytes: Uint8Array;
}

/**
 * Writes settings and the learner states in use into one file, as a whole or not at all, readable by its owner alone.
 * `count` of the result: bytes written; 0 when the content is `unlessContent`.
 */
export function writeBackup(connection: Connection, step: Extract<UpkeepStep, { name: 'back up' }>): StepResult {
  const settings = Buffer.from(step.settings);
  const parts: Content[] = [
    { part: { kind: 'settings', name: 'settings', version: 0, bytes: settings.length }, bytes: settings },
    ...learnerStates(connection),
  ];
  const content = digestOf(parts);
  if (content === step.unlessContent) return { ...NOTHING_DONE, content };
  const manifest: BackupManifest = { ...step.head, content, parts: parts.map(({ part }) => part) };
  const pieces = [Buffer.from(`${JSON.stringify(manifest)}\n`), ...parts.map(({ bytes }) => bytes)];
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  const mark = Buffer.from(`${BACKUP_MARK} ${BACKUP_FORMAT} ${digest.digest('hex')}\n`);
  const count = writeWhole(step.file, [mark, ...pieces]);
  return { ...NOTHING_DONE, count, content };
}

function learnerStates(connection: Connection): Content[] {
  const rows: unknown[] = connection
    .prepare('SELECT name, version, state AS bytes FROM learner_states WHERE kept_aside_at_ms IS NULL ORDER BY name')
    .all();
  return rows.flatMap((row) => {
    if (!isRecord(row) || !(row.bytes instanceof Uint8Array)) return [];
    const { bytes } = row;
    const part = { name: String(row.name), version: Number(row.version), bytes: bytes.length };
    return [{ part: { kind: 'learner state', ...part } as const, bytes }];
  });
}

function isRecord(row: unknown): row is Record<string, unknown> {
  return isJsonObject(row);
}

function digestOf(parts: readonly Content[]): string {
  const digest = createHash('sha256');
  for (const { part, bytes } of parts) digest.update(`${JSON.stringify(part)}\n`).update(bytes);
  return digest.digest('hex');
}

function writeWhole(file: string, pieces: readonly Uint8Array[]): number {
  const unfinished = `${file}.unfinished`;
  mkdirSync(dirname(file), { recursive: true, mode: MODE.folder });
  try {
    const open = openSync(unfinished, 'w', MODE.file);
    let count = 0;
    try {
      for (const piece of pieces) for (let at = 0; at < piece.length;) at += writeSync(open, piece, at);
      for (const { length } of pieces) count += length;
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(unfinished, file);
    return count;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
