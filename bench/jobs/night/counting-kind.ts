import { z } from 'zod';
import type { JobName } from '../../../src-shared/jobs.ts';
import type { JobKind, JobWork } from '../../../src-main/engine/jobs/job-kind.ts';

// An interface would not do: JSON objects have no names that are known beforehand.
type Place = { unit: number };

/**
 * A job of so many units of so long each, that ends with its signal as every job has to. Each attempt at a unit keeps a
 * result under a name of its own: a unit that counted twice would have two.
 */
export function createCountingKind(options: { name: JobName; units: number; unitMs: number }): JobKind<Place> {
  const { name, units, unitMs } = options;
  let attempts = 0;
  return {
    name,
    title: name,
    description: 'Counts.',
    heavy: true,
    checkpoint: z.strictObject({ unit: z.int() }),
    plan: () => ({ kind: 'begin', checkpoint: { unit: 0 }, unitsTotal: units }),
    async unit({ unit }, work) {
      const attempt = attempts++;
      await workFor(work, unitMs);
      const next = unit + 1 < units ? { unit: unit + 1 } : null;
      const key = `${work.run.id}/${unit}/${attempt}`;
      return {
        next,
        unitsTotal: units,
        results: [{ key, value: unit, requestId: null }],
        ...(next === null ? { found: `Counted to ${units}.` } : {}),
      };
    },
  };
}

function workFor({ clock, signal }: JobWork, durationMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(new Error('stopped'));
    };
    const cancel = clock.after(durationMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
