import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readTextFile, writePrivateFile } from './private-file.ts';

export const DISCOVERY_FILE = 'gateway.json';

const discovery = z.object({
  /** Base URLs that the gateway listens on. */
  addresses: z.array(z.string()),
  pid: z.int(),
  startedAtMs: z.int(),
});

/** Where a running engine is to be found; read by the tray, the command line and other tools. */
export type Discovery = z.infer<typeof discovery>;

/** Throws the system's error when the folder cannot be written. */
export function writeDiscovery({ folder, ...found }: Discovery & { folder: string }): void {
  writePrivateFile(join(folder, DISCOVERY_FILE), `${JSON.stringify(found, null, 2)}\n`);
}

/** null: no file, or not one of ours. Whether the process still runs is for the reader to find out. */
export function readDiscovery(folder: string): Discovery | null {
  try {
    const text = readTextFile(join(folder, DISCOVERY_FILE));
    return text === null ? null : discovery.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Removes the file if it speaks of this process; another engine may have taken the folder over meanwhile. */
export function removeDiscovery(options: { folder: string; pid: number }): void {
  if (readDiscovery(options.folder)?.pid !== options.pid) return;
  rmSync(join(options.folder, DISCOVERY_FILE), { force: true });
}
