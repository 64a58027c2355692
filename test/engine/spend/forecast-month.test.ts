import { describe, expect, test } from 'vitest';
import { forecastMonth, type DayCost } from '../../../src-main/engine/spend/forecast-month.ts';
import { at, inTimeZone } from './in-time-zone.ts';

/** November 2026 begins with a Sunday: 21 working days, 9 of a weekend. */
function days(costs: Readonly<Record<string, number>>): DayCost[] {
  return Object.entries(costs).map(([date, costNanoUsd]) => ({ startMs: at(`${date}T00:00:00Z`), costNanoUsd }));
}

/** Monday 2 November to Sunday 8 November. */
const FIRST_WEEK = days({
  '2026-11-02': 100,
  '2026-11-03': 120,
  '2026-11-04': 80,
  '2026-11-05': 110,
  '2026-11-06': 90,
  '2026-11-07': 10,
  '2026-11-08': 30,
});

describe('in the middle of a month', () => {
  test('the days left cost what such days have cost, with the interval worked out by hand', () => {
    inTimeZone('UTC');
    const forecast = forecastMonth({ days: FIRST_WEEK, nowMs: at('2026-11-09T00:00:00Z') });
    // Working days: mean 100, s² = (0+400+400+100+100)/4 = 250, k = 5; 16 are left (9th to 30th).
    // Weekend: mean 20, s² = 200, k = 2; 6 are left (14, 15, 21, 22, 28, 29).
    // 540 + 16·100 + 6·20 = 2260; variance 16·250 + 16²·250/5 + 6·200 + 6²·200/2 = 4000 + 12800 + 1200 + 3600 = 21600.
    const half = 1.2816 * Math.sqrt(21_600);
    expect(forecast).toEqual({
      spentNanoUsd: 540,
      expectedNanoUsd: 2260,
      lowNanoUsd: Math.round(2260 - half),
      highNanoUsd: Math.round(2260 + half),
      sampleDays: 7,
      estimated: true,
    });
  });

  test('of today the part that is left counts, on top of what today has cost', () => {
    inTimeZone('UTC');
    const spentToday = [...FIRST_WEEK, ...days({ '2026-11-09': 70 })];
    const forecast = forecastMonth({ days: spentToday, nowMs: at('2026-11-09T18:00:00Z') });
    // 610 + (15 + 1/4)·100 + 6·20
    expect(forecast).toMatchObject({ spentNanoUsd: 610, expectedNanoUsd: 2255, sampleDays: 7 });
  });

  test('days without a row after the first known one cost nothing', () => {
    inTimeZone('UTC');
    const forecast = forecastMonth({ days: days({ '2026-11-02': 100 }), nowMs: at('2026-11-09T00:00:00Z') });
    // Mean of five working days 20, of two days of a weekend 0: 100 + 16·20.
    expect(forecast).toMatchObject({ expectedNanoUsd: 420, sampleDays: 7 });
  });
});

describe('early in a month', () => {
  test('the last four weeks stand in for what the month has too little of', () => {
    inTimeZone('UTC');
    const before = days({ '2026-11-30': 60, '2026-11-29': 10, '2026-11-28': 20 });
    const forecast = forecastMonth({ days: before, nowMs: at('2026-12-01T00:00:00Z') });
    // December 2026: 23 working days and 8 of a weekend.
    expect(forecast).toMatchObject({ spentNanoUsd: 0, expectedNanoUsd: 23 * 60 + 8 * 15, sampleDays: 3 });
    // One working day says nothing about how days differ.
    expect(forecast).toMatchObject({ lowNanoUsd: null, highNanoUsd: null });
  });

  test('older days than four weeks do not count', () => {
    inTimeZone('UTC');
    const old = days({ '2026-10-01': 1e9, '2026-11-30': 0 });
    expect(forecastMonth({ days: old, nowMs: at('2026-12-01T00:00:00Z') }).expectedNanoUsd).toBe(0);
  });

  test('a kind of day that was never seen takes the other’s', () => {
    inTimeZone('UTC');
    const forecast = forecastMonth({
      days: days({ '2026-11-30': 10, '2026-12-01': 30 }),
      nowMs: at('2026-12-02T00:00:00Z'),
    });
    // From the 2nd on 22 working days and 8 of a weekend are left.
    expect(forecast.expectedNanoUsd).toBe(30 + 22 * 20 + 8 * 20);
  });
});

describe('unknown', () => {
  test.each([
    ['nothing was ever spent', []],
    ['today is the first day', days({ '2026-11-09': 500 })],
  ])('it stays when %s', (_when, known) => {
    inTimeZone('UTC');
    const forecast = forecastMonth({ days: known, nowMs: at('2026-11-09T12:00:00Z') });
    expect(forecast).toMatchObject({ expectedNanoUsd: null, lowNanoUsd: null, highNanoUsd: null, sampleDays: 0 });
  });
});

test('the last moment of a month is what was spent', () => {
  inTimeZone('UTC');
  const { expectedNanoUsd } = forecastMonth({ days: FIRST_WEEK, nowMs: at('2026-11-30T23:59:59.999Z') });
  expect(expectedNanoUsd).toBe(540);
});

test('a day of 23 hours is one day', () => {
  inTimeZone('Europe/Berlin');
  const march = ['23', '24', '25', '26', '27'].map((day) => ({
    startMs: at(`2026-03-${day}T00:00:00+01:00`),
    costNanoUsd: 100,
  }));
  const weekend = [
    { startMs: at('2026-03-28T00:00:00+01:00'), costNanoUsd: 46 },
    { startMs: at('2026-03-29T00:00:00+01:00'), costNanoUsd: 0 },
  ];
  // Noon of the 23-hour Sunday is 11 hours in, so 12/23 of it are left, then Monday and Tuesday: 546 + 2·100 + 46·12/23.
  const forecast = forecastMonth({ days: [...march, ...weekend], nowMs: at('2026-03-29T12:00:00+02:00') });
  expect(forecast.expectedNanoUsd).toBe(546 + 200 + 24);
});
