import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../../bench/simulation/simulated-clock.ts';

test('timers run in the order of their time, and of their making at the same time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (delays) => {
      const clock = new SimulatedClock(0);
      const ran: [number, number][] = [];
      delays.forEach((delay, made) => clock.after(delay, () => ran.push([clock.monotonicMs(), made])));
      clock.runUntil(50);
      const expected = delays.map((delay, made): [number, number] => [delay, made]);
      expect(ran).toEqual(expected.sort(([one, a], [other, b]) => one - other || a - b));
    }),
  );
});

test('time stands still within a timer, and is at its end afterwards', () => {
  const clock = new SimulatedClock(1_000);
  const seen: number[] = [];
  clock.after(10, () => {
    seen.push(clock.nowMs());
    clock.after(5, () => seen.push(clock.nowMs()));
  });
  clock.runUntil(100);
  expect(seen).toEqual([1_010, 1_015]);
  expect([clock.nowMs(), clock.monotonicMs()]).toEqual([1_100, 100]);
});

test('a cancelled timer never runs, and what lies beyond the end waits', () => {
  const clock = new SimulatedClock(0);
  const ran: string[] = [];
  clock.after(5, () => ran.push('cancelled'))();
  clock.at(20, () => ran.push('later'));
  clock.runUntil(19);
  expect(ran).toEqual([]);
  clock.runUntil(20);
  expect(ran).toEqual(['later']);
});
