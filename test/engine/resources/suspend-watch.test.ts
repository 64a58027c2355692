import { expect, test } from 'vitest';
import { sleptBetween } from '../../../src-main/engine/resources/suspend-watch.ts';

const BEFORE = { nowMs: 1_000_000, monotonicMs: 500_000 };

test.each([
  ['a timer on time', 5_000, 5_000, false],
  ['a timer late under load', 25_000, 25_000, false],
  ['Linux asleep for an hour: the monotonic clock stood still', 3_605_000, 5_000, true],
  ['macOS or Windows asleep for an hour: the timer came late', 3_605_000, 3_605_000, true],
  ['a process stopped for an hour with the clock set back meanwhile', 5_000, 3_605_000, true],
  ['the clock set back an hour', -3_595_000, 5_000, false],
  ['the clock set forward a second', 6_000, 5_000, false],
])('%s', (_name, wallMs, monotonicMs, slept) => {
  const after = { nowMs: BEFORE.nowMs + wallMs, monotonicMs: BEFORE.monotonicMs + monotonicMs };
  expect(sleptBetween(BEFORE, after, 5_000)).toBe(slept);
});
