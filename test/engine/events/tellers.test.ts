import { describe, expect, test } from 'vitest';
import { ChangeTeller } from '../../../src-main/engine/events/change-teller.ts';
import { EventHub } from '../../../src-main/engine/events/event-hub.ts';
import { StateTeller } from '../../../src-main/engine/events/state-teller.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SilentLog } from '../../support/silent-log.ts';

function build({ changesInMs = () => null as number | null } = {}) {
  const clock = new ManualClock();
  const log = new SilentLog();
  const hub = new EventHub({ clock, log, run: 'run' });
  const now = { local: 0, looks: 0, fails: false };
  const teller = new StateTeller({
    hub,
    clock,
    log,
    topic: 'activity',
    everyMs: 1_000,
    read() {
      now.looks += 1;
      if (now.fails) throw new Error('a defect');
      return { local: now.local, cloud: 0, waiting: 0 };
    },
    changesInMs,
  });
  const told: number[] = [];
  const listen = () => hub.on('activity', ({ local }) => told.push(local));
  return { clock, log, hub, teller, now, told, listen };
}

describe('a state', () => {
  test('is neither looked at nor waited for while nobody listens', async () => {
    const { teller, clock, now } = build();
    teller.touch();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(10_000);
    expect(now.looks).toBe(0);
  });

  test('is told to the first who listens, and then when it differs, at most once a second', async () => {
    const { teller, clock, now, told, listen } = build();
    listen();
    await clock.advance(0);
    for (let tenths = 0; tenths < 30; tenths += 1) {
      now.local = tenths;
      teller.touch();
      await clock.advance(100);
    }
    expect(told).toEqual([0, 9, 19, 29]);
    expect(now.looks).toBe(4);
  });

  test('that is the same is not told again, and leaves no timer', async () => {
    const { teller, clock, told, listen, now } = build();
    listen();
    await clock.advance(5_000);
    teller.touch();
    await clock.advance(5_000);
    expect([told, now.looks, clock.pendingTimers]).toEqual([[0], 2, 0]);
  });

  test('that changes by itself is looked at when it does; a touch comes before', async () => {
    let left: number | null = 5_000;
    const { teller, clock, told, listen, now } = build({ changesInMs: () => left });
    listen();
    await clock.advance(0);
    left = null;
    now.local = 1;
    await clock.advance(4_999);
    expect(told).toEqual([0]);
    await clock.advance(1);
    expect(told).toEqual([0, 1]);
    left = 60_000;
    teller.touch();
    await clock.advance(0);
    now.local = 2;
    teller.touch();
    await clock.advance(1_000);
    expect(told).toEqual([0, 1, 2]);
    teller.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test('is told anew to the first who listens again, and no timer outlives the last', async () => {
    const { clock, told, listen } = build({ changesInMs: () => 100 });
    const stop = listen();
    await clock.advance(0);
    stop();
    expect(clock.pendingTimers).toBe(0);
    listen();
    await clock.advance(1_000);
    expect(told).toEqual([0, 0]);
  });

  test('that cannot be looked at is logged, and looked at the next time', async () => {
    const { teller, clock, told, listen, now, log } = build();
    now.fails = true;
    listen();
    await clock.advance(0);
    now.fails = false;
    teller.touch();
    await clock.advance(1_000);
    expect([told, log.lines.length]).toEqual([[0], 1]);
  });
});

describe('changes', () => {
  test('are told at once, then gathered for a second, each once', async () => {
    const { hub, clock } = build();
    const changes = new ChangeTeller({ hub, clock });
    const told: string[] = [];
    hub.on('changed', ({ what }) => told.push(what));
    changes.note('spend');
    await clock.advance(0);
    expect(told).toEqual(['spend']);
    for (let count = 0; count < 100; count += 1) changes.note('spend');
    changes.note('apps');
    await clock.advance(999);
    expect(told).toEqual(['spend']);
    await clock.advance(1);
    expect(told).toEqual(['spend', 'spend', 'apps']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('need no timer while nobody reads, and are missed by nobody who comes back', () => {
    const { hub, clock } = build();
    const changes = new ChangeTeller({ hub, clock });
    changes.note('apps');
    expect(clock.pendingTimers).toBe(0);
    let reset = false;
    const reader = {
      begin: (opening: { reset: boolean }) => (reset = opening.reset),
      take: () => undefined,
      ended: () => undefined,
    };
    hub.open({ topics: ['changed'], lastId: 'run-0', reader });
    expect(reset).toBe(true);
  });
});
