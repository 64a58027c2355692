import { describe, expect, test } from 'vitest';
import { LearningQueue } from '../../../src-main/engine/optimizer/learning-queue.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A queue whose lessons take `costMs` of the clock each. */
function queueForTest({
  costMs = 0,
  fails = () => false,
}: { costMs?: number; fails?: (lesson: number) => boolean } = {}) {
  const clock = new ManualClock();
  let workedMs = 0;
  const learned: number[] = [];
  const errors: unknown[] = [];
  /** Lessons by turn of the event loop. */
  const turns: number[] = [];
  const queue = new LearningQueue<number>({
    clock: {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs() + workedMs,
      after: (delayMs, run) =>
        clock.after(delayMs, () => {
          const before = learned.length + errors.length;
          run();
          turns.push(learned.length + errors.length - before);
        }),
    },
    learn(lesson) {
      workedMs += costMs;
      if (fails(lesson)) throw new Error(`lesson ${lesson}`);
      learned.push(lesson);
    },
    onError: (error) => void errors.push(error),
  });
  return { clock, queue, learned, errors, turns };
}

describe('lessons', () => {
  test('wait until the event loop has a moment, and are learned in their order', async () => {
    const { clock, queue, learned } = queueForTest();
    for (let lesson = 0; lesson < 5; lesson += 1) queue.push(lesson);
    expect([queue.waiting, learned]).toEqual([5, []]);
    await clock.advance(19);
    expect(learned).toEqual([]);
    await clock.advance(1);
    expect([queue.waiting, learned]).toEqual([0, [0, 1, 2, 3, 4]]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('take two milliseconds of a turn at most, the rest waits for the next', async () => {
    const { clock, queue, learned, turns } = queueForTest({ costMs: 0.5 });
    for (let lesson = 0; lesson < 10; lesson += 1) queue.push(lesson);
    await clock.advance(20);
    expect(turns).toEqual([4, 4, 2]);
    expect(learned).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('that are dear come one in a turn, but they come', async () => {
    const { clock, queue, turns } = queueForTest({ costMs: 40 });
    for (let lesson = 0; lesson < 3; lesson += 1) queue.push(lesson);
    await clock.advance(20);
    expect(turns).toEqual([1, 1, 1]);
  });

  test('that fail are reported and skipped', async () => {
    const { clock, queue, learned, errors } = queueForTest({ fails: (lesson) => lesson % 2 === 0 });
    for (let lesson = 0; lesson < 4; lesson += 1) queue.push(lesson);
    await clock.advance(20);
    expect(learned).toEqual([1, 3]);
    expect(errors).toEqual([new Error('lesson 0'), new Error('lesson 2')]);
  });

  test('are 4,096 at most: the oldest are dropped, and counted', () => {
    const { queue, learned } = queueForTest();
    for (let lesson = 0; lesson < 5_000; lesson += 1) queue.push(lesson);
    expect([queue.waiting, queue.dropped]).toEqual([4_096, 904]);
    queue.flush();
    expect([learned.length, learned[0], learned.at(-1)]).toEqual([4_096, 904, 4_999]);
  });

  test('are learned at once at the end, and no timer stays', async () => {
    const { clock, queue, learned } = queueForTest({ fails: (lesson) => lesson === 1 });
    for (let lesson = 0; lesson < 3; lesson += 1) queue.push(lesson);
    queue.flush();
    queue.flush();
    expect(learned).toEqual([0, 2]);
    expect(clock.pendingTimers).toBe(0);
    queue.push(7);
    await clock.advance(20);
    expect(learned).toEqual([0, 2, 7]);
  });
});
