import type { LogLine, LogsQuery } from '../../../src-shared/house.ts';
import type { Clock, Log } from '../ports.ts';
import { toLogFields } from './to-log-fields.ts';

export type LogLevel = LogLine['level'];

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const MOST_LINES = 1_000;

/** A log in front of another: passes everything on, and keeps the latest lines to be shown. */
export class LogRing implements Log {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #log: Log;
  readonly #level: () => LogLevel;
  readonly #listeners: ((line: LogLine) => void)[] = [];
  readonly #lines: LogLine[] = [];
  /** Where the next line goes once the ring is full: the place of the oldest. */
  #next = 0;

  /** `level`: lines below it are passed on, which costs nothing here, and not kept. */
  constructor(options: { clock: Pick<Clock, 'nowMs'>; log: Log; level: () => LogLevel }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#level = options.level;
  }

  debug(fields: Record<string, unknown>, message: string): void {
    this.#log.debug(fields, message);
    this.#keep('debug', fields, message);
  }

  info(fields: Record<string, unknown>, message: string): void {
    this.#log.info(fields, message);
    this.#keep('info', fields, message);
  }

  warn(fields: Record<string, unknown>, message: string): void {
    this.#log.warn(fields, message);
    this.#keep('warn', fields, message);
  }

  error(fields: Record<string, unknown>, message: string): void {
    this.#log.error(fields, message);
    this.#keep('error', fields, message);
  }

  /** Told of each line that is kept. Must not log. */
  onLine(listener: (line: LogLine) => void): void {
    this.#listeners.push(listener);
  }

  /** Newest first. */
  read({ limit, level }: LogsQuery): LogLine[] {
    const found: LogLine[] = [];
    for (let back = 1; back <= this.#lines.length && found.length < limit; back += 1) {
      const line = this.#lines[(this.#next - back + this.#lines.length) % this.#lines.length];
      if (line !== undefined && RANKS[line.level] >= RANKS[level]) found.push(line);
    }
    return found;
  }

  /** Whatever goes wrong here, the line was passed on; who logs must never stumble over it. */
  #keep(level: LogLevel, fields: Record<string, unknown>, message: string): void {
    if (RANKS[level] < RANKS[this.#level()]) return;
    try {
      this.#add({ atMs: Math.round(this.#clock.nowMs()), level, message, fields: toLogFields(fields) });
    } catch (error) {
      this.#log.error({ error: String(error) }, 'a log line could not be kept');
    }
  }

  #add(line: LogLine): void {
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % MOST_LINES;
    for (const listener of this.#listeners) listener(line);
  }
}
