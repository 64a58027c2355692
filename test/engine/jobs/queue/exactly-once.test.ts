import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWriterConnection } from '../../../../src-main/engine/store/database.ts';
import type { JobReader } from '../../../../src-main/engine/store/job-reader.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { AWAY, BACK, makeFolder, ON_BATTERY, pass, scriptedKind, startBench, type Bench } from './support.ts';

const UNITS = 12;

const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 250 }) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'close' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'battery' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'pause' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'pauseAll' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'off' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'runNow' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lock' as const }) },
);

/** Every unit that a run counts has left its result once, and nothing else has left one. */
function expectExactlyOnce(reader: JobReader): void {
  const runs = [...reader.runs({ limit: 500 }).runs, ...reader.openRuns()];
  const results = reader.list('backup');
  for (const run of runs) {
    const units = results.filter(({ key }) => key.startsWith(`${run.id}/`)).map(({ value }) => Number(value));
    expect(units.toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: run.unitsDone }, (_, unit) => unit),
    );
    if (run.state === 'done') expect(run.unitsDone).toBe(UNITS);
  }
  expect(results.every(({ key }) => runs.some(({ id }) => key.startsWith(`${id}/`)))).toBe(true);
}

test('each unit counts once through 200 closings, pauses, cancellations, kills, restarts and locks at random moments', async () => {
  let disturbances = 0;
  let begun = 0;
  let counted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 60, maxLength: 60 }), async (actions) => {
      const clock = new ManualClock();
      const folder = makeFolder();
      const kind = scriptedKind({ units: UNITS, unitMs: 60 });
      const begin = (): Bench => startBench({ kinds: [kind], folder, clock });
      let bench = begin();
      bench.jobs.runNow('backup');
      for (const each of actions) {
        if (each.kind === 'pass') {
          await pass(clock, each.ms);
          continue;
        }
        disturbances++;
        if (each.kind === 'close') bench.see({ ...BACK, othersPercent: null, power: {} });
        else if (each.kind === 'battery') bench.see(ON_BATTERY);
        else if (each.kind === 'pause') bench.jobs.pause('backup', null);
        else if (each.kind === 'pauseAll') bench.jobs.pauseAll(null);
        else if (each.kind === 'off') {
          bench.state.background = { ...bench.state.background, off: ['backup'] };
          bench.jobs.followSettings();
        } else if (each.kind === 'runNow') bench.jobs.runNow('backup');
        else if (each.kind === 'cancel') void bench.jobs.cancel('backup');
        else if (each.kind === 'restart') {
          await bench.stop();
          bench = begin();
        } else if (each.kind === 'kill') {
          bench.kill();
          bench = begin();
        } else {
          const other = openWriterConnection(bench.database.file);
          other.exec('BEGIN IMMEDIATE');
          await pass(clock, 80);
          other.close();
        }
        await pass(clock, 30);
        bench.state.background = { ...bench.state.background, off: [] };
        bench.jobs.followSettings();
        bench.jobs.resume('backup');
        bench.jobs.resumeAll();
        bench.see(AWAY);
        if (bench.reader.openRuns().length === 0) bench.jobs.runNow('backup');
      }
      await pass(clock, 70_000);
      expect(bench.reader.openRuns()).toEqual([]);
      expectExactlyOnce(bench.reader);
      begun += kind.begun.length;
      counted += bench.reader.list('backup').length;
      await bench.stop();
    }),
    { numRuns: 8 },
  );
  expect(disturbances).toBeGreaterThan(200);
  // Many were begun in vain.
  expect(begun - counted).toBeGreaterThan(50);
  expect(counted).toBeGreaterThan(100);
});
