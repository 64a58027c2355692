import { join } from 'node:path';
import type { Clock, Log } from '../ports.ts';
import { LogFile } from './log-file.ts';
import { LogRing, type LogLevel } from './log-ring.ts';

/** The log of the whole engine: the one it was given, the latest lines in memory, and files where they are wanted. */
export interface KeptLog {
  readonly ring: LogRing;
  /** Where lines are kept; null: nowhere. */
  readonly file: string | null;
  /** Begins or ends to keep them in files. */
  keepFile(wanted: boolean): void;
  /** Resolves when what waits is written. */
  stop(): Promise<void>;
}

export function keepLog(options: { clock: Clock; log: Log; level: () => LogLevel; dataFolder: string }): KeptLog {
  const ring = new LogRing(options);
  const files = new LogFile({ folder: join(options.dataFolder, 'logs'), clock: options.clock });
  let isKept = false;
  ring.onLine((line) => {
    if (isKept) files.write(line);
  });
  return {
    ring,
    get file() {
      return isKept ? files.path : null;
    },
    keepFile: (wanted) => (isKept = wanted),
    stop: () => files.flush(),
  };
}
