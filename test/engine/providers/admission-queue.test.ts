import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdmissionQueue } from '../../../src-main/engine/providers/admission-queue.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function create(limits: { concurrency?: number; length?: number } = {}) {
  const clock = new ManualClock();
  const queue = new AdmissionQueue({ concurrency: 1, length: 2, waitMs: 1_000, ...limits }, clock);
  const said: string[] = [];
  const wait = (name: string) =>
    queue.wait(
      () => said.push(`${name} in`),
      (refusal) => said.push(`${name} ${refusal}`),
    );
  return { clock, queue, said, wait };
}

describe('an admission queue', () => {
  test('has as many places as it was given', () => {
    const { queue } = create({ concurrency: 2 });
    expect([queue.tryEnter(), queue.tryEnter(), queue.tryEnter()]).toEqual([true, true, false]);
    expect(queue.active).toBe(2);
  });

  test('gives a place that became free to who waited longest', () => {
    const { queue, said, wait } = create();
    queue.tryEnter();
    wait('a');
    wait('b');
    queue.leave();
    expect([said, queue.active, queue.waiting]).toEqual([['a in'], 1, 1]);
    queue.leave();
    expect([said, queue.active, queue.waiting]).toEqual([['a in', 'b in'], 1, 0]);
    queue.leave();
    expect(queue.active).toBe(0);
  });

  test('lets in at once who waits for places that it has now, in order of arrival', () => {
    const { queue, said, wait } = create();
    queue.tryEnter();
    wait('a');
    wait('b');
    queue.update({ concurrency: 2, length: 2, waitMs: 1_000 });
    expect([said, queue.active, queue.waiting]).toEqual([['a in'], 2, 1]);
    queue.update({ concurrency: 9, length: 2, waitMs: 1_000 });
    expect([said, queue.active, queue.waiting]).toEqual([['a in', 'b in'], 3, 0]);
  });

  test('takes places away as calls end, and nobody who is in is put out', () => {
    const { queue, said, wait } = create({ concurrency: 3 });
    for (let count = 0; count < 3; count += 1) queue.tryEnter();
    wait('a');
    queue.update({ concurrency: 1, length: 2, waitMs: 1_000 });
    expect([said, queue.active]).toEqual([[], 3]);
    queue.leave();
    queue.leave();
    expect([said, queue.active]).toEqual([[], 1]);
    queue.leave();
    expect([said, queue.active]).toEqual([['a in'], 1]);
  });

  test('refuses at once who finds it full', () => {
    const { queue, said, wait } = create();
    queue.tryEnter();
    wait('a');
    wait('b');
    wait('c');
    expect([said, queue.waiting]).toEqual([['c queue_full'], 2]);
  });

  test('refuses who waited too long, and only those', async () => {
    const { clock, queue, said, wait } = create();
    queue.tryEnter();
    wait('a');
    await clock.advance(600);
    wait('b');
    await clock.advance(400);
    expect(said).toEqual(['a waited_too_long']);
    queue.leave();
    expect(said).toEqual(['a waited_too_long', 'b in']);
    await clock.advance(10_000);
    expect(said).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  test('forgets who gave up, and leaves no timer behind', () => {
    const { clock, queue, said, wait } = create();
    queue.tryEnter();
    const a = wait('a');
    wait('b');
    a.cancel();
    a.cancel();
    queue.leave();
    expect([said, queue.waiting, clock.pendingTimers]).toEqual([['b in'], 0, 0]);
  });

  test('with no length at all lets nobody wait', () => {
    const { queue, said, wait } = create({ length: 0 });
    queue.tryEnter();
    wait('a');
    expect(said).toEqual(['a queue_full']);
  });

  test('never lets in more than it has places, and calls back everybody at most once', async () => {
    const steps = fc.array(fc.constantFrom('ask', 'leave', 'give up', 'later'), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (actions, concurrency) => {
        const clock = new ManualClock();
        const queue = new AdmissionQueue({ concurrency, length: 3, waitMs: 100 }, clock);
        let inside = 0;
        const waiting: { cancel(): void; calls: number; gaveUp: boolean }[] = [];
        for (const action of actions) {
          if (action === 'ask') {
            if (queue.tryEnter()) inside += 1;
            else {
              const entry = { cancel: (): void => undefined, calls: 0, gaveUp: false };
              const admitted = () => {
                entry.calls += 1;
                inside += 1;
              };
              const handle = queue.wait(admitted, () => (entry.calls += 1));
              entry.cancel = () => handle.cancel();
              waiting.push(entry);
            }
          } else if (action === 'leave' && inside > 0) {
            inside -= 1;
            queue.leave();
          } else if (action === 'give up') {
            const entry = waiting.find((each) => each.calls === 0 && !each.gaveUp);
            entry?.cancel();
            if (entry !== undefined) entry.gaveUp = true;
          } else if (action === 'later') await clock.advance(60);
          expect(queue.active).toBe(inside);
          expect(inside).toBeLessThanOrEqual(concurrency);
          expect(queue.waiting).toBeLessThanOrEqual(3);
          for (const { calls, gaveUp } of waiting) expect(calls).toBeLessThanOrEqual(gaveUp ? 0 : 1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
