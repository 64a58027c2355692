import { chmodSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import writeFileAtomic from 'write-file-atomic';
import type { Log, SecretStore } from '../ports.ts';

const secrets = z.record(z.string(), z.string());

const FILE_MODE = 0o600;
const OTHERS = 0o077;

/**
 * Keeps secrets in `secrets.json` of the data folder, readable by its owner only. For headless use, where no keychain
 * is at hand. A file that others may read is closed to them and reported; one that is not JSON is set aside as
 * `secrets.json.unreadable` and reported. Values never reach the log or an error.
 */
export function openSecretFile(options: { folder: string; log: Log }): SecretStore {
  const path = join(options.folder, 'secrets.json');
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  tighten(path, options.log);
  let entries = load(path, options.log);
  let writing: Promise<void> = Promise.resolve();

  /** Changes come one after the other, each on top of what the file holds then. */
  const change = (edit: (next: Map<string, string>) => void): Promise<void> => {
    const turn = writing.then(async () => {
      const next = new Map(load(path, options.log));
      edit(next);
      const text = `${JSON.stringify(Object.fromEntries(next), null, 2)}\n`;
      await writeFileAtomic(path, text, { mode: FILE_MODE });
      entries = next;
    });
    writing = turn.catch(() => undefined);
    return turn;
  };

  return {
    description: `file (mode 0600) ${path}`,
    read: (reference) => entries.get(reference) ?? null,
    write: (reference, value) => change((next) => void next.set(reference, value)),
    remove: (reference) => change((next) => void next.delete(reference)),
  };
}

/** Windows has no such modes; there the profile folder's own rules protect the file. */
function tighten(path: string, log: Log): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || process.platform === 'win32') return;
  if ((status.mode & OTHERS) === 0) return;
  chmodSync(path, FILE_MODE);
  log.warn({ path, mode: (status.mode & 0o777).toString(8) }, 'the key file was readable by others; it is closed now');
}

function load(path: string, log: Log): ReadonlyMap<string, string> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return new Map();
  const parsed = secrets.safeParse(parseJson(readFileSync(path, 'utf8')));
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const aside = `${path}.unreadable`;
  renameSync(path, aside);
  log.warn({ path: aside }, 'the key file could not be read and was set aside; keys have to be added again');
  return new Map();
}

/** undefined when the text is not JSON; the parser's own complaint would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
