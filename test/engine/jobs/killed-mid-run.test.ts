import { afterAll, beforeAll, expect, test } from 'vitest';
import { disturbJob, measureDisturbed } from '../../../bench/jobs/disturb/measure-disturbed.ts';
import { readMoney } from '../../../bench/jobs/disturb/facts.ts';
import { RunFile } from '../../../bench/jobs/disturb/run-file.ts';
import { startWorld, type World } from '../../../bench/jobs/disturb/world.ts';
import type { EngineProcess } from '../../../bench/jobs/engine-process.ts';
import { JOB_NAMES } from '../../../src-shared/jobs.ts';

/*
 * The engine in a process of its own, ended by `kill -9` and disturbed in other ways in the middle of every kind of job. So
 * many blows take minutes: `npm run bench:jobs -- --only kills` deals two hundred of them.
 */
const BLOWS = 20;
const LONG_MS = 300_000;

test('after any blow every kind of job goes on, and leaves what it leaves undisturbed, each unit once', { timeout: LONG_MS }, async () => {
  const done = await measureDisturbed({ total: BLOWS, seed: 7, lanes: 2 });
  expect(done.map(({ job }) => job)).toEqual(JOB_NAMES);
  expect(done.flatMap(({ wrong }) => wrong)).toEqual([]);
  for (const { job, planned, played } of done) {
    const hits = Object.values(played.hits).reduce((one, other) => one + other, 0);
    expect([job, hits, played.hits.kill > 0]).toEqual([job, planned, true]);
  }
});
