import { expect, it } from 'vitest';
import type { LogLine } from '../../src-shared/house.ts';
import { addLine, isAtLeast, matches, printLine } from '../../src-renderer/views/logs/log-list.ts';

const LINE: LogLine = { atMs: 0, level: 'warn', message: 'provider is down', fields: { id: 'up', tries: 3 } };

it('prints a line with its time, level and fields', () => {
  expect(printLine(LINE)).toBe('1970-01-01T00:00:00.000Z warn  provider is down id=up tries=3');
});

it('puts a new line first, and the same line only once', () => {
  const later = { ...LINE, atMs: 5 };
  expect(addLine([LINE], later)).toEqual([later, LINE]);
  expect(addLine([later, LINE], LINE)).toEqual([later, LINE]);
});

it('keeps a thousand lines', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => ({ ...LINE, atMs: index }));
  const more = addLine(lines, { ...LINE, atMs: 5_000 });
  expect([more.length, more[0]?.atMs, more.at(-1)?.atMs]).toEqual([1_000, 5_000, 998]);
});

it('finds a line by words from its message and fields, in any case and order', () => {
  expect(matches(LINE, 'TRIES=3 down')).toBe(true);
  expect(matches(LINE, 'down elsewhere')).toBe(false);
  expect(matches(LINE, '  ')).toBe(true);
});

it('takes graver levels for enough', () => {
  expect([isAtLeast(LINE, 'info'), isAtLeast(LINE, 'warn'), isAtLeast(LINE, 'error')]).toEqual([true, true, false]);
});
