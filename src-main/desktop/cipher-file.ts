import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../engine/ports.ts';
import { readTextFile, writePrivateFile } from '../engine/store/private-file.ts';

const ciphers = z.object({ version: z.literal(1), entries: z.record(z.string(), z.base64()) });

export interface CipherFile {
  read(reference: string): Buffer | null;
  /** Throws the system's error when the file cannot be written; then nothing is changed. */
  write(reference: string, cipher: Buffer): void;
  /** As `write`. */
  remove(reference: string): void;
}

/**
 * `keys.encrypted.json` in the data folder: keys by reference, each encrypted by the system's keychain. One that is not
 * readable is set aside, never overwritten.
 */
export function openCipherFile(options: { folder: string; log: Log }): CipherFile {
  const file = join(options.folder, 'keys.encrypted.json');
  let entries = load(file, options.log);
  const keep = (next: Map<string, string>): void => {
    writePrivateFile(file, `${JSON.stringify({ version: 1, entries: Object.fromEntries(next) }, null, 2)}\n`);
    entries = next;
  };
  return {
    read(reference) {
      const cipher = entries.get(reference);
      return cipher === undefined ? null : Buffer.from(cipher, 'base64');
    },
    write: (reference, cipher) => keep(new Map(entries).set(reference, cipher.toString('base64'))),
    remove(reference) {
      if (!entries.has(reference)) return;
      const next = new Map(entries);
      next.delete(reference);
      keep(next);
    },
  };
}

function load(file: string, log: Log): Map<string, string> {
  const text = readTextFile(file);
  if (text === null) return new Map();
  try {
    return new Map(Object.entries(ciphers.parse(JSON.parse(text)).entries));
  } catch {
    const aside = `${file}.unreadable`;
    renameSync(file, aside);
    log.warn({ file: aside }, 'the encrypted keys could not be read and were set aside; they have to be added again');
    return new Map();
  }
}
