import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLine } from '../../../src-shared/house.ts';
import type { Clock } from '../ports.ts';

/** Readable by its owner alone, like everything in the data folder. */
const MODE = { file: 0o600, folder: 0o700 };
export const LOG_FILES = 5;
const FILE_BYTES = 2 * 1024 * 1024;
/** Lines are written together; what a kill can lose. */
const WRITE_AFTER_MS = 250;
/** More than this does not wait for a slow disk: the oldest lines are given up. */
const MOST_WAITING = 2_000;

export interface LogFileOptions {
  /** Of the logs; made when the first line comes. */
  folder: string;
  clock: Clock;
  fileBytes?: number;
}

/**
 * Keeps log lines as JSON in `pointsman.log`; when it is full it becomes `pointsman.1.log`, and so on up to four. Writes off
 * the event loop. What goes wrong with it costs lines and nothing else.
 */
export class LogFile {
  readonly path: string;
  readonly #options: LogFileOptions;
  #waiting: string[] = [];
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> | null = null;
  /** null: to be looked up before the next write. */
  #bytes: number | null = null;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.path = join(options.folder, 'pointsman.log');
  }

  write({ atMs, level, message, fields }: LogLine): void {
    this.#waiting.push(`${JSON.stringify({ time: new Date(atMs).toISOString(), level, msg: message, ...fields })}\n`);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#cancelTimer ??= this.#options.clock.after(WRITE_AFTER_MS, () => void this.flush());
  }

  /** Resolves when everything written before is in the file, or could not be. Leaves no timer. */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    while (this.#writing !== null) await this.#writing;
    if (this.#waiting.length === 0) return;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#writing = this.#append(text).finally(() => (this.#writing = null));
    await this.#writing;
  }

  async #append(text: string): Promise<void> {
    const { folder, fileBytes = FILE_BYTES } = this.#options;
    const bytes = Buffer.byteLength(text);
    try {
      this.#bytes ??= await this.#open(folder);
      if (this.#bytes > 0 && this.#bytes + bytes > fileBytes) await this.#rotate();
      await appendFile(this.path, text, { mode: MODE.file });
      this.#bytes += bytes;
    } catch {
      // A log that cannot be written must not stop anything; the next lines try again.
      this.#bytes = null;
    }
  }

  async #open(folder: string): Promise<number> {
    await mkdir(folder, { recursive: true, mode: MODE.folder });
    const found = await stat(this.path).catch(() => null);
    return found?.size ?? 0;
  }

  async #rotate(): Promise<void> {
    await rm(this.#numbered(LOG_FILES - 1), { force: true });
    for (let number = LOG_FILES - 1; number > 0; number -= 1) {
      const from = number === 1 ? this.path : this.#numbered(number - 1);
      await rename(from, this.#numbered(number)).catch(() => undefined);
    }
    this.#bytes = 0;
  }

  #numbered(number: number): string {
    return join(this.#options.folder, `pointsman.${number}.log`);
  }
}
