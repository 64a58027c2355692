import fc from 'fast-check';
import { expect, test } from 'vitest';
import { midnightOf, timeInWords } from '../../../../src-main/engine/jobs/queue/time-in-words.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const at = (month: number, day: number, hour: number, minute: number) =>
  new Date(2026, month - 1, day, hour, minute).getTime();

test.each([
  [at(11, 21, 14, 5), 'at 14:05'],
  [at(11, 21, 0, 0), 'at 00:00'],
  [at(11, 22, 2, 13), 'tomorrow at 02:13'],
  [at(11, 23, 2, 13), 'on Monday at 02:13'],
  [at(11, 27, 23, 59), 'on Friday at 23:59'],
  [at(11, 28, 2, 13), 'on 28 November at 02:13'],
  [at(12, 1, 2, 13), 'on 1 December at 02:13'],
  [at(11, 20, 2, 13), 'on 20 November at 02:13'],
])('%d is %s', (atMs, words) => {
  expect(timeInWords(atMs, NOON)).toBe(words);
});

test('hours, weekdays and dates are those of the locale en-GB', () => {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
  const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(moment, fc.integer({ min: -20, max: 20 }), (nowMs, days) => {
      const atMs = midnightOf(nowMs) + days * 86_400_000 + (nowMs % 86_000_000);
      const words = timeInWords(atMs, nowMs);
      expect(words.endsWith(`at ${time.format(atMs)}`)).toBe(true);
      const day = /^on (.+) at /.exec(words)?.[1];
      if (day !== undefined) expect([weekday.format(atMs), date.format(atMs)]).toContain(day);
    }),
  );
});
