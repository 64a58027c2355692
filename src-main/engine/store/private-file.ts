import { readFileSync } from 'node:fs';
import { sync as writeFileAtomic } from 'write-file-atomic';
import { codeOf } from './error-code.ts';

/** Only the person who runs the engine may read or write. */
export const PRIVATE_MODE = 0o600;

/**
 * Replaces a file as a whole or not at all, readable by its owner alone. Throws the system's error. `outlivesPowerCuts`
 * false: it is not waited for the disk, and the file outlives the process only.
 */
export function writePrivateFile(file: string, text: string, { outlivesPowerCuts = true } = {}): void {
  writeFileAtomic(file, text, { mode: PRIVATE_MODE, fsync: outlivesPowerCuts });
}

/** The text of a file, without the mark that some editors put in front; null when there is no such file. */
export function readTextFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
