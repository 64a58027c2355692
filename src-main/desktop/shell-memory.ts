import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../engine/ports.ts';
import { readTextFile, writePrivateFile } from '../engine/store/private-file.ts';

/** What the shell remembers from one start to the next; nothing in it matters much. */
const memory = z.object({
  window: z
    .object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1), maximized: z.boolean() })
    .nullable()
    .default(null),
  /** The last value of `desktop.startAtLogin` that was carried out; what the person changed in the system since stays. */
  startAtLogin: z.boolean().default(false),
});
export type ShellMemory = z.infer<typeof memory>;

export interface ShellMemoryFile {
  read(): ShellMemory;
  /** Failing to write is logged and otherwise ignored. */
  change(part: Partial<ShellMemory>): void;
}

/** `desktop.json` in the data folder; one that cannot be read counts as empty. */
export function openShellMemory(options: { folder: string; log: Log }): ShellMemoryFile {
  const file = join(options.folder, 'desktop.json');
  let kept = load(file);
  return {
    read: () => kept,
    change(part) {
      const next = { ...kept, ...part };
      if (JSON.stringify(next) === JSON.stringify(kept)) return;
      kept = next;
      try {
        writePrivateFile(file, `${JSON.stringify(kept)}\n`);
      } catch (error) {
        options.log.warn({ error }, 'the place of the window could not be kept');
      }
    },
  };
}

function load(file: string): ShellMemory {
  try {
    return memory.parse(JSON.parse(readTextFile(file) ?? '{}'));
  } catch {
    return memory.parse({});
  }
}
