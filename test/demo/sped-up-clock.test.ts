import { expect, test } from 'vitest';
import { createSpedUpClock } from '../../src-main/demo/sped-up-clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('everything that lives by a sped-up clock hurries alike, and wall time stays whole', async () => {
  const clock = new ManualClock();
  const fast = createSpedUpClock(clock, 2.5);
  const [startMs, startWallMs] = [fast.monotonicMs(), fast.nowMs()];
  const rung: number[] = [];
  fast.after(1000, () => rung.push(fast.monotonicMs() - startMs));
  await clock.advance(399);
  expect(rung).toEqual([]);
  await clock.advance(2);
  expect(rung).toEqual([1000]);
  expect(fast.nowMs() - startWallMs).toBe(1003);
});

test('a cancelled timer does not ring', async () => {
  const clock = new ManualClock();
  const fast = createSpedUpClock(clock, 4);
  let rang = false;
  fast.after(1000, () => (rang = true))();
  await clock.advance(1000);
  expect(rang).toBe(false);
});
