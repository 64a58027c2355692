import { expect, test } from 'vitest';
import { predictQueue } from '../../../src-main/engine/optimizer/predict-queue.ts';

test.each([
  ['a free place', { active: 3, queued: 0, concurrency: 4 }, 0],
  ['all places taken', { active: 4, queued: 0, concurrency: 4 }, 500],
  ['all taken and three before us', { active: 4, queued: 3, concurrency: 4 }, 2_000],
  ['a single place that is taken', { active: 1, queued: 0, concurrency: 1 }, 2_000],
])('the wait with %s', (_, traffic, expectedMs) => {
  expect(predictQueue(traffic, 2_000)).toBe(expectedMs);
});
