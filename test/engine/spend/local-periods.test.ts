import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWorkingDay, localDay, localDays, localMonth } from '../../../src-main/engine/spend/local-periods.ts';
import { at, inTimeZone } from './in-time-zone.ts';

const HOUR_MS = 3_600_000;
const hours = ({ startMs, endMs }: { startMs: number; endMs: number }) => (endMs - startMs) / HOUR_MS;

describe('a local day', () => {
  test('begins and ends at midnight of the machine’s own time zone', () => {
    inTimeZone('Europe/Berlin');
    const day = { startMs: at('2026-11-21T00:00:00+01:00'), endMs: at('2026-11-22T00:00:00+01:00') };
    expect(localDay(day.startMs)).toEqual(day);
    expect(localDay(day.endMs - 1)).toEqual(day);
    expect(localDay(day.endMs).startMs).toBe(day.endMs);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00+02:00', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00+01:00', 25],
    ['America/New_York', '2026-03-08T12:00:00-04:00', 23],
    ['America/New_York', '2026-11-01T12:00:00-05:00', 25],
    ['Australia/Lord_Howe', '2026-10-04T12:00:00+11:00', 23.5],
    ['Asia/Kathmandu', '2026-10-25T12:00:00+05:45', 24],
  ])('in %s at %s has %d hours', (zone, iso, expected) => {
    inTimeZone(zone);
    expect(hours(localDay(at(iso)))).toBe(expected);
  });

  test('begins at one o’clock where midnight is skipped', () => {
    inTimeZone('America/Sao_Paulo');
    const day = localDay(at('2017-10-15T12:00:00-02:00'));
    expect(day).toEqual({ startMs: at('2017-10-15T01:00:00-02:00'), endMs: at('2017-10-16T00:00:00-02:00') });
    expect(localDay(day.startMs - 1).endMs).toBe(day.startMs);
  });

  test('begins at the first of two midnights', () => {
    inTimeZone('Atlantic/Azores');
    const first = at('2026-10-25T00:00:00+00:00');
    expect(localDay(first + 1.5 * HOUR_MS).startMs).toBe(first);
  });

  test.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia'])(
    'in %s contains its moment and meets the next without gap or overlap',
    (zone) => {
      inTimeZone(zone);
      fc.assert(
        fc.property(fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') }), (moment) => {
          for (const periodOf of [localDay, localMonth]) {
            const { startMs, endMs } = periodOf(moment);
            expect(startMs <= moment && moment < endMs).toBe(true);
            expect(periodOf(endMs).startMs).toBe(endMs);
            expect(periodOf(startMs - 1).endMs).toBe(startMs);
          }
        }),
      );
    },
  );
});

test('a local month begins with its first day, over the end of the year too', () => {
  inTimeZone('America/New_York');
  const month = { startMs: at('2026-12-01T00:00:00-05:00'), endMs: at('2027-01-01T00:00:00-05:00') };
  expect(localMonth(at('2026-12-31T23:59:59-05:00'))).toEqual(month);
  expect(localMonth(at('2026-11-30T12:00:00-05:00')).endMs).toBe(month.startMs);
});

test('the days between two moments are whole and include both ends', () => {
  inTimeZone('Europe/Berlin');
  const days = localDays(at('2026-03-28T15:00:00+01:00'), at('2026-03-30T00:00:00+02:00'));
  expect(days.map(hours)).toEqual([24, 23, 24]);
  expect(days[0]?.startMs).toBe(at('2026-03-28T00:00:00+01:00'));
});

test('Saturday and Sunday are no working days', () => {
  inTimeZone('UTC');
  const week = localDays(at('2026-11-16T00:00:00Z'), at('2026-11-22T00:00:00Z'));
  expect(week.map(({ startMs }) => isWorkingDay(startMs))).toEqual([true, true, true, true, true, false, false]);
});
