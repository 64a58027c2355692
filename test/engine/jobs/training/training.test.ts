import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTrainingJob } from '../../../../src-main/engine/jobs/training/create-training-job.ts';
import { acceptProposal } from '../../../../src-main/engine/jobs/queue/accept-proposal.ts';
import type { JobWork } from '../../../../src-main/engine/jobs/job-kind.ts';
import { compareWithTruth } from '../../../../bench/training/true-difference.ts';
import { NO_PROMPTS } from '../../../../bench/training/run-training.ts';
import type { PlantedWorld } from '../../../../bench/training/planted-world.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryResults, runJob } from '../../../support/run-job.ts';
import { ASKS_NOBODY, openTraining, plant } from './training-bench.ts';

function trainOn(world: PlantedWorld) {
  const { clock, results, createKind, training } = openTraining(world);
  return { clock, results, createKind, training, options: { clock, results, models: ASKS_NOBODY } };
}

describe('what is proposed', () => {
  it('is another way of learning that would truly have chosen better, with its interval', async () => {
    const world = plant('they change places', {});
    const { createKind, options, training } = trainOn(world);
    const run = await runJob(createKind(), options);
    expect(run).toMatchObject({ state: 'done', findings: [] });
    expect(run.proposals).toHaveLength(1);
    const [proposal] = run.proposals;
    expect(proposal?.evidence[0]?.value).toMatch(/^0\.\d+ cents more \(between 0\.\d+ and 0\.\d+\)$/);
    const accepted = acceptProposal({ changes: proposal?.changes ?? [] }, training.settings);
    if (accepted.kind !== 'accepted') throw new Error(accepted.kind);
    // Nothing is applied by itself.
    expect(training.settings).toBe(world.settings);
    const { learner } = accepted.settings.optimizer;
    expect(plant('they change places', { seed: 2, settings: accepted.settings }).value).toBeGreaterThan(
      plant('they change places', { seed: 2 }).value,
    );
    expect(learner).not.toEqual(world.settings.optimizer.learner);
  });

  it('is nothing where nothing is better, and the run tells what it tried and why', async () => {
    const { createKind, options } = trainOn(plant('nothing changes', { requests: 1_500 }));
    const run = await runJob(createKind(), options);
    expect(run.proposals).toEqual([]);
    expect(run.sentence).toMatch(/^Tried \d+ other ways of learning on 1500 past decisions.*Nothing is proposed\.$/);
  });

  it('is nothing when the settings were changed during the run', async () => {
    const { createKind, options, training } = trainOn(plant('they change places', {}));
    const kind = createKind();
    const stopped = await runJob(kind, { ...options, stopAfterUnits: 12 });
    const { optimizer } = training.settings;
    training.settings = {
      ...training.settings,
      optimizer: { ...optimizer, learner: { ...optimizer.learner, guessStrength: 9 } },
    };
    const run = await runJob(kind, { ...options, checkpoint: stopped.checkpoint });
    expect(run.proposals).toEqual([]);
    expect(run.sentence).toContain('The settings were changed meanwhile.');
  });

  it('needs a log that is long enough', async () => {
    const { createKind, options } = trainOn(plant('nothing changes', { requests: 300 }));
    expect(await runJob(createKind(), options)).toMatchObject({
      state: 'done',
      proposals: [],
      sentence:
        'There are 300 past decisions to learn from, 150 of them new; 200 to choose by and 200 new ones to judge by are needed.',
    });
  });

  it('is judged by decisions that nothing was judged by before', async () => {
    const { createKind, options } = trainOn(plant('they change places', { requests: 1_500 }));
    await runJob(createKind(), options);
    const again = await runJob(createKind(), options);
    expect(again.proposals).toEqual([]);
    expect(again.sentence).toContain('There are 1500 past decisions to learn from, 0 of them new');
  });

  it('needs no replay where nothing is learned', async () => {
    const { createKind, options, training } = trainOn(plant('nothing changes', { requests: 10 }));
    const { optimizer } = training.settings;
    training.settings = { ...training.settings, optimizer: { ...optimizer, learning: false } };
    expect(await runJob(createKind(), options)).toMatchObject({
      state: 'nothing',
      sentence: 'Nothing to try: Pointsman is set not to learn from answers.',
    });
  });
});

describe('a run that is interrupted', () => {
  const world = plant('they change places', { requests: 1_200 });

  it('finds the same when the engine is killed at any unit', async () => {
    const { createKind, options } = trainOn(world);
    const whole = await runJob(createKind(), { ...options, results: new MemoryResults(options.clock) });
    for (const stopAfterUnits of [1, 4, whole.units - 2]) {
      const results = new MemoryResults(options.clock);
      const before = await runJob(createKind(), { ...options, results, stopAfterUnits });
      const after = await runJob(createKind(), { ...options, results, checkpoint: before.checkpoint });
      expect(after.sentence).toBe(whole.sentence);
      expect(after.proposals).toEqual(whole.proposals);
    }
  });

  it('goes on where it was after the gate closed within a unit', async () => {
    const { createKind, options } = trainOn(world);
    const whole = await runJob(createKind(), { ...options, results: new MemoryResults(options.clock) });
    const kind = createKind();
    let checkpoint = (await runJob(kind, { ...options, stopAfterUnits: 0 })).checkpoint;
    let sentence: string | null = null;
    for (let tries = 0; checkpoint !== null; tries += 1) {
      const work = workThatStops(tries % 3 === 0 ? Infinity : 7);
      const outcome = await kind.unit(kind.checkpoint.parse(checkpoint), work).catch(() => null);
      if (outcome === null) continue;
      checkpoint = outcome.next;
      sentence = outcome.found ?? null;
    }
    expect(sentence).toBe(whole.sentence);
  });
});

/** Stops the unit at this breath. */
function workThatStops(atBreath: number): JobWork {
  let breaths = 0;
  return {
    signal: new AbortController().signal,
    run: { id: 'run-1', job: 'offline-training', trigger: 'person', createdAtMs: 0 },
    ...{
      clock: new ManualClock(),
      log: new SilentLog(),
      models: ASKS_NOBODY,
      random: () => 0.5,
      doing: () => undefined,
    },
    breathe() {
      breaths += 1;
      return breaths >= atBreath ? Promise.reject(new Error('the gate closed')) : Promise.resolve();
    },
  };
}

describe('the replay', () => {
  const world = plant('they change places', { requests: 900 });

  it('does not depend on how the log comes in portions', async () => {
    const found = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        const clock = new ManualClock(world.nowMs);
        const kind = createTrainingJob({
          ...{ clock, settings: () => world.settings, outputPriceOf: world.outputPriceOf, prompts: NO_PROMPTS },
          ...{ endpoints: () => world.endpoints, results: new MemoryResults(clock) },
          log: { read: () => inPortions(world.log, sizes) },
        });
        const run = await runJob(kind, { clock, models: ASKS_NOBODY, results: new MemoryResults(clock) });
        found.add(JSON.stringify([run.sentence, run.proposals]));
        expect(found.size).toBe(1);
      }),
      { numRuns: 4 },
    );
  });

  it('never finds a way of learning better than itself', () => {
    const present = world.settings.optimizer.learner;
    const ends = { sinceMs: 0, judgedFromMs: 0, untilMs: Infinity, rows: 0, judgedRows: 0, withPrompts: false };
    const compared = compareWithTruth(world, { present, best: { ...present }, division: ends }, world.trueQuality);
    expect(compared).toMatchObject({ estimate: { mean: 0, low: 0, high: 0 }, truth: 0, isProven: false });
  });

  it('breathes at least every 5 ms and does at most 200 ms of work in a unit', async () => {
    const { createKind, options } = trainOn(world);
    const kind = createKind();
    let checkpoint = (await runJob(kind, { ...options, stopAfterUnits: 0 })).checkpoint;
    let [nowMs, breathedAtMs, longestMs, longestUnitMs] = [0, 0, 0, 0];
    while (checkpoint !== null) {
      const fromMs = (breathedAtMs = nowMs);
      const outcome = await kind.unit(kind.checkpoint.parse(checkpoint), {
        ...workThatStops(Infinity),
        // Each look at the clock is a millisecond of work.
        clock: { nowMs: () => nowMs, monotonicMs: () => nowMs++, after: () => () => undefined },
        breathe() {
          longestMs = Math.max(longestMs, nowMs - breathedAtMs);
          breathedAtMs = nowMs;
          return Promise.resolve();
        },
      });
      longestUnitMs = Math.max(longestUnitMs, nowMs - fromMs);
      checkpoint = outcome.next;
    }
    expect(longestMs).toBeLessThanOrEqual(5);
    expect(longestUnitMs).toBeLessThanOrEqual(200);
    expect(longestUnitMs).toBeGreaterThan(50);
  });
});

async function* inPortions<Item>(items: readonly Item[], sizes: readonly number[]): AsyncGenerator<Item[], void> {
  for (let [at, turn] = [0, 0]; at < items.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    await Promise.resolve();
    yield items.slice(at, at + size);
    at += size;
  }
}
