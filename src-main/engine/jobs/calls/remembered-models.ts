import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../ports.ts';
import { readTextFile, writePrivateFile } from '../../store/private-file.ts';

/** By endpoint id: until when (Unix milliseconds) what is in memory can be ours. */
export type LoadedUntil = ReadonlyMap<string, number>;

/** Remembers for the next process which models background work has loaded, should this one be killed. */
export interface RememberedModels {
  read(): LoadedUntil;
  write(models: LoadedUntil): void;
}

const FILE = 'own-models.json';
const content = z.record(z.string(), z.number());

/** In a small file of the data folder. What cannot be read or written is as if nothing had been loaded. */
export function openRememberedModels({ folder, log }: { folder: string; log: Log }): RememberedModels {
  const file = join(folder, FILE);
  return {
    read() {
      try {
        return new Map(Object.entries(content.parse(JSON.parse(readTextFile(file) ?? '{}'))));
      } catch (error) {
        log.warn({ error: String(error) }, 'the list of models that background work had loaded cannot be read');
        return new Map();
      }
    },
    write(models) {
      try {
        // A machine without power has no models in memory either.
        writePrivateFile(file, JSON.stringify(Object.fromEntries(models)), { outlivesPowerCuts: false });
      } catch (error) {
        log.warn({ error: String(error) }, 'the list of models that background work has loaded cannot be written');
      }
    },
  };
}

/** Where nothing is remembered. */
export const FORGETFUL_MODELS: RememberedModels = { read: () => new Map(), write: () => undefined };
