import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readMoney } from '../../../bench/jobs/disturb/facts.ts';
import { measureDisturbed } from '../../../bench/jobs/disturb/measure-disturbed.ts';
import { keepAccountOfUnits, RunFile } from '../../../bench/jobs/disturb/run-file.ts';
import { startWorld } from '../../../bench/jobs/disturb/world.ts';
import { JOB_NAMES } from '../../../src-shared/jobs.ts';

/*
 * The engine in a process of its own, ended by `kill -9` and disturbed in other ways in the middle of every kind of job.
 * Two hundred such blows take minutes: `npm run bench:jobs -- --only kills` deals them.
 */
const BLOWS = 18;
const LONG_MS = 300_000;

test(
  'after any blow every kind of job goes on, and leaves what it leaves undisturbed, each unit once',
  { timeout: LONG_MS },
  async () => {
    const done = await measureDisturbed({ total: BLOWS, seed: 7, lanes: 2 });
    expect(done.map(({ job }) => job)).toEqual(JOB_NAMES);
    expect(done.flatMap(({ wrong }) => wrong)).toEqual([]);
    for (const { job, planned, played } of done) {
      const hits = Object.values(played.hits).reduce((one, other) => one + other, 0);
      expect([job, hits, played.hits.kill > 0]).toEqual([job, planned, true]);
    }
  },
);

test(
  'what a run is said to have cost is in the ledger, even if the engine is killed in that very moment',
  { timeout: LONG_MS },
  async () => {
    const world = await startWorld({ seed: 3 });
    onTestFinished(() => world.stop());
    const folder = world.copyFolder();
    keepAccountOfUnits(folder);
    const file = new RunFile(folder);
    onTestFinished(() => file.close());
    for (let kills = 0, paid = 0; kills < 3; kills += 1) {
      const engine = await world.start(folder);
      await engine.call('jobs.run', { name: 'shadow-evaluation' });
      const spent = () => file.newest('shadow-evaluation')?.nanoUsd ?? 0;
      for (let turn = 0; spent() === paid; turn += 1) {
        if (turn % 500 === 0) engine.tell({});
        await nextTurn();
      }
      await engine.kill();
      paid = spent();
      const { ledgerNanoUsd, runsNanoUsd } = readMoney(folder);
      expect(runsNanoUsd).toBeGreaterThanOrEqual(paid);
      expect(ledgerNanoUsd).toBeGreaterThanOrEqual(runsNanoUsd);
    }
  },
);
