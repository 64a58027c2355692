import { describe, expect, it } from 'vitest';
import { coverageOf, judgeTraining } from '../../bench/training/demands.ts';
import type { ScenarioRun } from '../../bench/training/play-scenario.ts';
import { playLoggedWeek } from '../../bench/training/week-log.ts';
import { runTraining } from '../../bench/training/run-training.ts';
import type { TrainedWeek } from '../../bench/training/play-week.ts';
import { SCENARIOS, type TrainingScenario } from '../../bench/training/worlds.ts';
import { settings as settingsSchema } from '../../src-shared/settings.ts';

function run(changes: Partial<ScenarioRun> & { truth?: number; isProven?: boolean } = {}): ScenarioRun {
  const { truth = 2, isProven = true, ...rest } = changes;
  const comparison = { estimate: { mean: 2, low: 1, high: 3 }, truth, isProven };
  return { proposed: false, comparison, laterGain: null, ...rest };
}

function scenario(hasBetter: boolean): TrainingScenario {
  const found = SCENARIOS.find((each) => each.isTold && each.hasBetter === hasBetter);
  if (found === undefined) throw new Error('there is no such world');
  return found;
}

function week(changes: Partial<TrainedWeek>): TrainedWeek {
  return {
    ...{ seed: 1, decisions: 100, promptsKept: false, found: '', laterGain: null },
    ...run({ proposed: true }),
    ...changes,
  };
}

describe('the figures of training', () => {
  it('count as covered what lies within an interval that is believed', () => {
    expect(coverageOf([run(), run({ truth: 4 }), run({ truth: 9, isProven: false })])).toBe(0.5);
    expect(coverageOf([run({ isProven: false })])).toBeNull();
  });

  it('pass where what is better is found and nothing else is proposed', () => {
    const found = { scenario: scenario(true), runs: [run({ proposed: true, laterGain: 5 })] };
    const quiet = { scenario: scenario(false), runs: [run({ truth: 1 })] };
    const demands = judgeTraining({ weeks: [week({})], scenarios: [found, quiet] });
    expect(demands.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
  });

  it('miss where a proposal is worse than doing nothing, nothing is found, or too much is proposed', () => {
    const worse = week({ comparison: { estimate: { mean: 2, low: 1, high: 3 }, truth: -1, isProven: true } });
    const missed = { scenario: scenario(true), runs: [run(), run({ proposed: true, laterGain: -1 })] };
    const loud = { scenario: scenario(false), runs: [run({ proposed: true, truth: 0 })] };
    const demands = judgeTraining({ weeks: [worse], scenarios: [missed, loud] });
    expect(demands.map(({ verdict }) => verdict)).toEqual(['MISS', 'MISS', 'MISS', 'MISS', 'MISS']);
  });
});

it('a simulated week is logged as the engine would, and trained on without a proposal that it cannot prove', async () => {
  const logged = playLoggedWeek(1, settingsSchema.parse({}));
  const again = logged.log.every(({ candidates }) => {
    const sum = candidates.reduce((total, { propensity }) => total + (propensity ?? 0), 0);
    return Math.abs(sum - 1) < 1e-6;
  });
  expect(again).toBe(true);
  const { found, proposal } = await runTraining(logged);
  expect(found).toMatch(/^Tried \d+ other ways of learning on \d+ past decisions/);
  expect(proposal).toBeNull();
});
