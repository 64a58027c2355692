import { expect, it } from 'vitest';
import { PollLoop } from '../../../src-main/engine/providers/poll-loop.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

const clock = new ManualClock();

it('looks at once and then at the pace that each look sets', async () => {
  const looks: number[] = [];
  const look = () => Promise.resolve(looks.push(clock.monotonicMs()) * 100);
  const loop = new PollLoop({ clock, log: new SilentLog(), look });
  loop.start();
  await clock.advance(650);
  expect(looks).toEqual([0, 100, 300, 600]);
  await loop.stop();
  expect(clock.pendingTimers).toBe(0);
});

it('goes on after a look that failed in a way nobody foresaw, and says so', async () => {
  const log = new SilentLog();
  let looks = 0;
  const look = () => (++looks === 1 ? Promise.reject(new Error('bug')) : Promise.resolve(1_000));
  const loop = new PollLoop({ clock, log, look });
  loop.start();
  await loop.refresh();
  expect(log.lines).toMatchObject([{ level: 'error', fields: { error: 'Error: bug' } }]);
  expect(clock.nextTimerMs).toBe(60_000);
  await clock.advance(60_000);
  expect(looks).toBe(2);
  await loop.stop();
});

it('does nothing before its start and after its stop', async () => {
  let looks = 0;
  const loop = new PollLoop({ clock, log: new SilentLog(), look: () => Promise.resolve(++looks) });
  await loop.refresh();
  await loop.stop();
  expect(looks).toBe(0);
});
