import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, Log, SecretStore } from '../ports.ts';
import { readTextFile, writePrivateFile } from '../store/private-file.ts';

/** When each secret was last written, by its reference. Nothing of the secret itself. */
export interface KeyDates {
  /** Unix milliseconds; null: nobody wrote it down. */
  changedAtMs(reference: string): number | null;
  note(reference: string): void;
  forget(reference: string): void;
}

export const KEY_DATES_FILE = 'key-dates.json';

const kept = z.strictObject({ version: z.literal(1), changedAtMs: z.record(z.string(), z.number()) });

/**
 * Opens `key-dates.json` of the data folder. One that cannot be read is set aside: the ages are then unknown. A date that
 * cannot be written is logged and kept in memory, because a key must not be refused for it.
 */
export function openKeyDates(options: { folder: string; clock: Clock; log: Log }): KeyDates {
  const { clock, log } = options;
  const file = join(options.folder, KEY_DATES_FILE);
  const dates = new Map(Object.entries(load(file, log)));
  const save = () => {
    const content = { version: 1, changedAtMs: Object.fromEntries(dates) };
    try {
      writePrivateFile(file, `${JSON.stringify(content, null, 2)}\n`);
    } catch (error) {
      log.warn({ file, error: String(error) }, 'the date of a key could not be written down');
    }
  };
  return {
    changedAtMs: (reference) => dates.get(reference) ?? null,
    note(reference) {
      dates.set(reference, clock.nowMs());
      save();
    },
    forget(reference) {
      if (dates.delete(reference)) save();
    },
  };
}

/** The same secrets, with the date of every change written down, whoever makes it. */
export function withKeyDates(store: SecretStore, dates: KeyDates): SecretStore {
  return {
    get description() {
      return store.description;
    },
    read: (reference) => store.read(reference),
    async write(reference, value) {
      await store.write(reference, value);
      dates.note(reference);
    },
    async remove(reference) {
      await store.remove(reference);
      dates.forget(reference);
    },
  };
}

function load(file: string, log: Log): Readonly<Record<string, number>> {
  try {
    const text = readTextFile(file);
    return text === null ? {} : kept.parse(JSON.parse(text)).changedAtMs;
  } catch (error) {
    log.warn({ file, error: String(error) }, 'the dates of keys could not be read and were set aside');
    setAside(file, log);
    return {};
  }
}

function setAside(file: string, log: Log): void {
  try {
    renameSync(file, `${file}.unreadable`);
  } catch (error) {
    log.warn({ file, error: String(error) }, 'a file could not be set aside');
  }
}
