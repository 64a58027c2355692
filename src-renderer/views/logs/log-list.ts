import type { LogLine } from '../../../src-shared/house.ts';

/** From the least to the gravest. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** As many as the engine gives at once. */
const MOST_LINES = 1_000;
/** Lines that may have come twice: with the page that was read, and as an event meanwhile. */
const MAYBE_DOUBLE = 20;

export function isAtLeast(line: LogLine, level: LogLine['level']): boolean {
  return LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level);
}

/** Newest first; a line that is there already is not added again. */
export function addLine(lines: LogLine[], line: LogLine): LogLine[] {
  const text = printLine(line);
  if (lines.slice(0, MAYBE_DOUBLE).some((each) => each.atMs === line.atMs && printLine(each) === text)) return lines;
  return [line, ...lines.slice(0, MOST_LINES - 1)];
}

/** Every word is somewhere in the line, in whatever case. */
export function matches(line: LogLine, words: string): boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const text = printLine(line).toLowerCase();
  return wanted.every((word) => text.includes(word));
}

/** `2026-02-03T10:20:30.000Z warn  The message name=value`. */
export function printLine({ atMs, level, message, fields }: LogLine): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${printField(value)}`);
  return [new Date(atMs).toISOString(), level.padEnd(5), message, ...pairs].join(' ');
}

export function printField(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
