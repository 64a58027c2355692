import { describe, expect, test } from 'vitest';
import { toCalibration } from '../../bench/week/calibration.ts';
import { judge, type Facts } from '../../bench/week/demands.ts';
import type { MeanFigures } from '../../bench/week/mean-figures.ts';
import { toWeekFigures, type EnergyFigures, type WeekFigures } from '../../bench/week/week-figures.ts';
import { at, contextAt, WEEK_SHARE_USD } from '../../bench/week/week-script.ts';
import { TOTAL_TERMS, weightedTotal } from '../../bench/week/weighted-total.ts';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { makeOutcome } from './make-outcome.ts';
import { makeSite, makeModel, makeTask, serve } from './make-site.ts';

describe('figures of a week', () => {
  test('the first token is that of streams alone, by nearest rank', () => {
    const streams = Array.from({ length: 20 }, (_, place) => makeOutcome({ firstTokenMs: 100 * (place + 1) }));
    const whole = makeOutcome({ stream: false, firstTokenMs: 60_000 });
    const figures = toWeekFigures([...streams, whole]);
    expect([figures.firstTokenP50Ms, figures.firstTokenP95Ms]).toEqual([1_000, 1_900]);
    expect(toWeekFigures([whole]).firstTokenP50Ms).toBeNull();
  });

  test('a request without an answer is not good; a repetition counts for money, not for quality', () => {
    const figures = toWeekFigures([
      makeOutcome(),
      makeOutcome({ isGood: false }),
      makeOutcome({ isGood: null, costNanoUsd: 0 }),
      makeOutcome({ isRepeat: true }),
    ]);
    expect(figures).toMatchObject({ requests: 4, repeats: 1, failures: 1, costUsd: 0.003 });
    expect(figures.quality).toBeCloseTo(1 / 3);
  });

  test('the local share is of the requests that were answered', () => {
    const figures = toWeekFigures([makeOutcome({ track: 'local' }), makeOutcome(), makeOutcome({ isGood: null })]);
    expect(figures.localShare).toBe(0.5);
  });

  test('over budget is what is dearer than the cap, and all that is paid once the money is gone', () => {
    const dear = makeOutcome({ costNanoUsd: 10_000_001 });
    expect(toWeekFigures([makeOutcome({ costNanoUsd: 10_000_000 }), dear]).budgetMisses).toBe(1);
    const spendsAll = makeOutcome({ costNanoUsd: 21e9 });
    const free = makeOutcome({ costNanoUsd: 0 });
    expect(toWeekFigures([spendsAll, makeOutcome(), free, makeOutcome()]).budgetMisses).toBe(3);
  });

  test('a deadline is missed by an answer that is late and by none at all', () => {
    const task = makeTask({ pins: { deadlineMs: 3_000 } });
    const outcomes = [{ durationMs: 3_000 }, { durationMs: 3_001 }, { isGood: null }].map((change) =>
      makeOutcome({ task, ...change }),
    );
    expect(toWeekFigures([...outcomes, makeOutcome({ durationMs: 60_000 })]).deadlineMisses).toBe(2);
  });
});

test('the most telling context of a moment is named', () => {
  const moments = [at('Mon', 3), at('Tue', 14), at('Wed', 11), at('Thu', 17), at('Fri', 15), at('Sat', 12)];
  expect(moments.map(contextAt)).toEqual(['ordinary', 'battery', 'outage', 'offline', 'hot', 'offline']);
});

describe('the weighted total', () => {
  const atTarget: WeekFigures & EnergyFigures = {
    ...toWeekFigures([]),
    quality: 0.8,
    firstTokenP95Ms: 2_000,
    costUsd: WEEK_SHARE_USD,
    energyWh: 420,
    batteryWh: 0,
    lowestBatteryPercent: 100,
  };

  test('is 1 for a week that is exactly at every target', () => {
    expect(TOTAL_TERMS.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    expect(weightedTotal(atTarget)).toBeCloseTo(1);
  });

  test('is less for what is better in any one respect', () => {
    for (const better of [{ quality: 0.9 }, { firstTokenP95Ms: 1_000 }, { costUsd: 1 }, { energyWh: 0 }]) {
      expect(weightedTotal({ ...atTarget, ...better })).toBeLessThan(1);
    }
  });
});

describe('the demands', () => {
  const figures: MeanFigures = {
    ...toWeekFigures([]),
    energyWh: 10,
    batteryWh: 5,
    lowestBatteryPercent: 50,
    firstTokenP50Ms: 500,
    firstTokenP95Ms: 900,
    costUsd: 5,
    quality: 0.8,
    total: 0.5,
  };
  const better: Record<string, Partial<MeanFigures>> = {
    latency_focused: { firstTokenP50Ms: 400, firstTokenP95Ms: 800 },
    resource_efficient: { energyWh: 1 },
    quality_focused: { quality: 0.9 },
    cost_focused: { costUsd: 1 },
    adaptive: { total: 0.55 },
  };
  const contexts = [{ ...toWeekFigures([]), context: 'battery' as const, actsAs: { resource_efficient: 0.95 } }];
  const facts = (changes: Record<string, Partial<MeanFigures>> = {}): Facts => ({
    rows: new Map(STRATEGIES.map((strategy) => [strategy, { ...figures, ...better[strategy], ...changes[strategy] }])),
    contexts,
    degraded: [],
  });
  const missed = (given: Facts) => judge(given).flatMap(({ demand, verdict }) => (verdict === 'MISS' ? [demand] : []));

  test('are met when everybody is best at what it is for', () => {
    expect(judge(facts()).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 8 }, () => 'pass'));
  });

  test.each([
    ['latency_focused', { firstTokenP95Ms: 901 }, /firstTokenP95Ms/],
    ['resource_efficient', { energyWh: 11 }, /energyWh/],
    ['quality_focused', { quality: 0.79 }, /quality/],
    ['cost_focused', { costUsd: 5.01 }, /costUsd/],
    ['adaptive', { total: 0.551 }, /weighted total/],
  ])('are missed by a %s that is not: %o', (strategy, change, demand) => {
    expect(missed(facts({ [strategy]: change }))).toEqual([expect.stringMatching(demand)]);
  });

  test('are missed by what does not work, and not measured of who did not run', () => {
    expect(missed({ ...facts(), degraded: ['something'] })).toHaveLength(1);
    const verdicts = judge({ rows: new Map(), contexts: [], degraded: [] }).map(({ verdict }) => verdict);
    expect(verdicts.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => 'not measured'));
  });
});

describe('calibration', () => {
  const one = serve(makeSite([makeModel()]));
  const [call] = one.result.calls;
  const outcomeWith = (quality: number, isGood: boolean, firstTokenMs = 500) => ({
    ...makeOutcome({ foreseen: { endpointId: 'far/m', firstTokenMs, costNanoUsd: 2_000_000, quality } }),
    ending: { ...one, isGood },
    costNanoUsd: call === undefined ? 0 : 1_000_000,
  });

  test('says by how much time, money and quality were off', () => {
    const outcomes = [true, true, true, false].map((isGood) => outcomeWith(0.75, isGood, 1_000));
    expect(toCalibration(outcomes)).toMatchObject({
      requests: 4,
      firstTokenRatio: 2,
      firstTokenFactor: 2,
      costRatio: 2,
    });
    expect(toCalibration(outcomes)).toMatchObject({ qualityPredicted: 0.75, qualityTrue: 0.75, qualityError: 0 });
  });

  test('errors of different predictions do not cancel each other', () => {
    const outcomes = [outcomeWith(0.2, true), outcomeWith(0.8, false)];
    expect(toCalibration(outcomes)).toMatchObject({ qualityPredicted: 0.5, qualityTrue: 0.5, qualityError: 0.8 });
  });

  test('looks only at what was foreseen', () => {
    expect(toCalibration([makeOutcome()]).requests).toBe(0);
  });
});
