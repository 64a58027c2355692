import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInParallel } from '../../../src-main/engine/providers/map-in-parallel.ts';

describe('mapInParallel', () => {
  it('does each item once and never more at the same time than allowed', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      fc.scheduler(),
      async (items, atOnce, scheduler) => {
        const done: number[] = [];
        let running = 0;
        let peak = 0;
        const all = mapInParallel(items, atOnce, async (item) => {
          peak = Math.max(peak, ++running);
          await scheduler.schedule(Promise.resolve());
          running--;
          done.push(item);
        });
        await scheduler.waitFor(all);
        expect(done.toSorted()).toEqual(items.toSorted());
        expect(peak).toBe(Math.min(atOnce, items.length));
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });
});
