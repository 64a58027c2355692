import { describe, expect, test } from 'vitest';
import { OptimizerGuard } from '../../../src-main/engine/optimizer/guard.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

function guardForTest() {
  const clock = new ManualClock();
  const log = new SilentLog();
  const guard = new OptimizerGuard({ clock, log });
  const fails = (part = 'decision') =>
    guard.run(
      part,
      () => {
        throw new Error('boom');
      },
      () => 'safe',
    );
  const works = (part = 'decision') =>
    guard.run(
      part,
      () => 'done',
      () => 'safe',
    );
  return { clock, log, guard, fails, works };
}

describe('the guard of the optimizer', () => {
  test('puts the fallback in the place of what fails, and says so until it works again', () => {
    const { guard, log, fails, works } = guardForTest();
    expect(guard.describe()).toEqual([]);
    expect(fails()).toBe('safe');
    expect(guard.describe()).toEqual(['A part of the optimizer failed just now (decision: boom).']);
    expect(log.lines).toHaveLength(1);
    expect(works()).toBe('done');
    expect(guard.describe()).toEqual([]);
  });

  test('switches off after three failures of a part with no success between them', () => {
    const { guard, fails, works } = guardForTest();
    fails();
    fails();
    works();
    fails();
    fails();
    expect(guard.suspendedForMs).toBeNull();
    // Another part that works is no excuse.
    works('observation');
    fails();
    expect(guard.suspendedForMs).toBe(300_000);
    expect(works()).toBe('safe');
    expect(guard.describe()).toEqual([expect.stringMatching(/^The optimizer failed repeatedly \(decision: boom\)/)]);
  });

  test('counts parts apart from each other', () => {
    const { guard, fails } = guardForTest();
    for (const part of ['decision', 'completion', 'observation', 'decision', 'completion']) fails(part);
    expect(guard.suspendedForMs).toBeNull();
  });

  test('tries again after five minutes, and switches off again if nothing has changed', async () => {
    const { clock, guard, fails, works } = guardForTest();
    for (let times = 0; times < 3; times += 1) fails();
    await clock.advance(299_999);
    expect(works()).toBe('safe');
    await clock.advance(1);
    expect(works()).toBe('done');
    expect(guard.describe()).toEqual([]);
    for (let times = 0; times < 3; times += 1) fails();
    expect(guard.suspendedForMs).toBe(300_000);
  });

  test('does not mind the wall clock', async () => {
    const { clock, guard, fails } = guardForTest();
    for (let times = 0; times < 3; times += 1) fails();
    clock.jump(-3_600_000);
    expect(guard.suspendedForMs).toBe(300_000);
    clock.jump(7_200_000);
    expect(guard.suspendedForMs).toBe(300_000);
    await clock.advance(300_000);
    expect(guard.suspendedForMs).toBeNull();
  });
});
