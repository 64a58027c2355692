import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../ports.ts';
import { PRIVATE_MODE, readTextFile, writePrivateFile } from './private-file.ts';

export const CONTROL_TOKEN_FILE = 'control-token';

const TOKEN_BYTES = 32;
const TOKEN = /^[0-9a-f]{64}$/;

/** Bits of a file's mode that let the group or others at it. */
const TOO_OPEN = 0o077;

/** The token that every control call needs; whoever can read the file can control the engine. */
export interface ControlToken {
  readonly value: string;
  /** A sentence when the file was found readable by others, or unusable; null when all was well. */
  readonly warning: string | null;
  /** Makes a new token; the old one is void from then on. Throws the system's error when it cannot be written. */
  rotate(): string;
  /** Called with each new token. Returns the way to end that. */
  onRotate(listener: (token: string) => void): () => void;
}

/** Reads the token from the data folder and creates it when there is none. Throws when the folder cannot be written. */
export function openControlToken(options: {
  folder: string;
  random: Random;
  /** Windows has no modes: there the folder's own rights protect the file. */
  platform: NodeJS.Platform;
}): ControlToken {
  const file = join(options.folder, CONTROL_TOKEN_FILE);

  function create(): string {
    const token = Buffer.from(options.random.bytes(TOKEN_BYTES)).toString('hex');
    writePrivateFile(file, `${token}\n`);
    return token;
  }

  const found = readTextFile(file)?.trim() ?? null;
  let warning: string | null = null;
  if (found !== null && !TOKEN.test(found)) warning = `${file} held no valid token; a new one was made.`;
  else if (found !== null && options.platform !== 'win32') warning = tighten(file);

  let value = found !== null && TOKEN.test(found) ? found : create();
  const listeners = new Set<(token: string) => void>();
  return {
    get value() {
      return value;
    },
    warning,
    rotate() {
      value = create();
      for (const listener of listeners) listener(value);
      return value;
    },
    onRotate(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function tighten(file: string): string | null {
  if ((statSync(file).mode & TOO_OPEN) === 0) return null;
  chmodSync(file, PRIVATE_MODE);
  return `${file} was readable by other users of this machine. It is not any more; make a new token if one of them is not trusted.`;
}
