import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createLog } from '../engine/observe/create-log.ts';
import type { Log } from '../engine/ports.ts';

/** It says a few lines a day; twice this much is kept. */
const MOST_BYTES = 1024 * 1024;

/**
 * The shell's own log: `logs/desktop.log` beside the engine's, because nobody sees the error stream of an installed
 * application. `folder` null: to the error stream, as when it runs from source or the file cannot be written.
 */
export function openShellLog({ folder }: { folder: string | null }): Log {
  if (folder === null) return createLog({ level: 'info' });
  const logs = join(folder, 'logs');
  const file = join(logs, 'desktop.log');
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (size > MOST_BYTES) renameSync(file, join(logs, 'desktop.1.log'));
    return createLog({ level: 'info', destination: pino.destination({ dest: file, sync: true, mode: 0o600 }) });
  } catch {
    return createLog({ level: 'info' });
  }
}
