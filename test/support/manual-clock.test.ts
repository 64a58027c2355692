import { expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

it('runs timers in the order of their time, also those made meanwhile', async () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  clock.after(30, () => ran.push(`late at ${clock.monotonicMs()}`));
  clock.after(10, () => {
    ran.push(`early at ${clock.monotonicMs()}`);
    clock.after(5, () => ran.push(`made meanwhile at ${clock.monotonicMs()}`));
  });
  clock.after(10, () => ran.push('second of the same time'))();
  await clock.advance(20);
  expect(ran).toEqual(['early at 10', 'made meanwhile at 15']);
  await clock.advance(20);
  expect(ran.at(-1)).toBe('late at 30');
  expect([clock.monotonicMs(), clock.pendingTimers, clock.nextTimerMs]).toEqual([40, 0, null]);
});

it('lets the wall clock jump without the timers noticing', () => {
  const clock = new ManualClock(1_000);
  clock.after(10, () => undefined);
  clock.jump(-500);
  expect([clock.nowMs(), clock.monotonicMs(), clock.nextTimerMs]).toEqual([500, 0, 10]);
});
