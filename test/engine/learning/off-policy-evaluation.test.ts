import { describe, expect, test } from 'vitest';
import {
  evaluatePolicy,
  type OffPolicyReport,
  type PolicyValue,
} from '../../../src-main/engine/learning/off-policy-evaluation.ts';
import type { LoggedChoice } from '../../../src-main/engine/learning/off-policy-log.ts';
import { seededRandom } from '../stats/mersenne-twister.ts';

function row(changes: Partial<LoggedChoice> = {}): LoggedChoice {
  return {
    chosen: 0,
    propensity: 0.5,
    reward: 1,
    targetProbabilities: [1, 0],
    predictedRewards: [0.6, 0.4],
    ...changes,
  };
}

describe('an evaluation worked out by hand', () => {
  // Weights 2, 0, 2, 0.5; weighted rewards 2, 0, 2, 0.25.
  const report = evaluatePolicy([
    row(),
    row({ chosen: 1, reward: 0 }),
    row({ chosen: 1, propensity: 0.25, targetProbabilities: [0.5, 0.5] }),
    row({ propensity: 0.8, reward: 0.5, targetProbabilities: [0.4, 0.6] }),
  ]);

  test('inverse propensity: the mean of the weighted rewards', () => {
    expect(report.inversePropensity?.value).toBeCloseTo(4.25 / 4, 12);
    expect(report.inversePropensity?.standardError).toBeCloseTo(Math.sqrt(3.546875 / 12), 12);
  });

  test('self-normalised: divided by the weights', () => {
    expect(report.selfNormalised?.value).toBeCloseTo(4.25 / 4.5, 12);
    // Residuals 1/18 and −4/9 from the value 17/18, weighted: 1/9, 1/9, −2/9.
    expect(report.selfNormalised?.standardError).toBeCloseTo(Math.sqrt(6 / 81) / 4.5, 12);
  });

  test('doubly robust: what the model expects, corrected by what it missed', () => {
    // 0.6 + 2·0.4, 0.6, 0.5 + 2·0.6, 0.48 − 0.5·0.1
    expect(report.doublyRobust?.value).toBeCloseTo((1.4 + 0.6 + 1.7 + 0.43) / 4, 12);
  });

  test('effective rows, and what was really earned', () => {
    expect(report.effectiveRows).toBeCloseTo(4.5 ** 2 / 8.25, 12);
    expect(report.observed?.value).toBeCloseTo(0.625, 12);
    expect(report.enoughEvidence).toBe(false);
  });

  test('the interval is 1.96 standard errors either way', () => {
    const { value, standardError, interval } = report.inversePropensity ?? {
      value: 0,
      standardError: 0,
      interval: [0, 0],
    };
    expect(interval[0]).toBeCloseTo(value - 1.96 * standardError, 4);
    expect(interval[1]).toBeCloseTo(value + 1.96 * standardError, 4);
  });
});

describe('a log', () => {
  test('of the policy itself is what was earned', () => {
    const report = evaluatePolicy([
      row({ targetProbabilities: [0.5, 0.5] }),
      row({ targetProbabilities: [0.5, 0.5], chosen: 1, reward: 0.2 }),
      row({ targetProbabilities: [0.5, 0.5], reward: 0.4 }),
    ]);
    expect(report.inversePropensity).toEqual(report.observed);
    expect(report.selfNormalised?.value).toBeCloseTo(report.observed?.value ?? NaN, 12);
    expect(report.effectiveRows).toBeCloseTo(3, 12);
  });

  test.each([
    ['propensity', { propensity: 0 }],
    ['propensity', { propensity: NaN }],
    ['propensity', { propensity: -0.5 }],
    ['propensity', { propensity: 1.5 }],
    ['reward', { reward: NaN }],
    ['reward', { reward: Infinity }],
    ['probabilities', { targetProbabilities: [0.5, 0.2] }],
    ['probabilities', { targetProbabilities: [1.5, -0.5] }],
    ['probabilities', { targetProbabilities: [NaN, 1] }],
    ['probabilities', { chosen: 2 }],
    ['probabilities', { chosen: 0.5 }],
    ['predictions', { predictedRewards: [0.5] }],
    ['predictions', { predictedRewards: [0.5, NaN] }],
  ] as const)('is used without the rows whose %s makes no sense, and says how many: %j', (fault, wrong) => {
    const good = [row(), row({ reward: 0 })];
    const report = evaluatePolicy([...good, row(wrong)]);
    expect(report).toEqual({
      ...evaluatePolicy(good),
      refused: { propensity: 0, reward: 0, probabilities: 0, predictions: 0, [fault]: 1 },
    });
  });

  test('of one row or none tells nothing', () => {
    for (const log of [[], [row()]]) {
      const report = evaluatePolicy(log);
      expect(report.inversePropensity).toBeNull();
      expect(report.selfNormalised).toBeNull();
      expect(report.doublyRobust).toBeNull();
      expect(report.enoughEvidence).toBe(false);
    }
  });

  test('in which the policy would never have done what was done tells nothing', () => {
    const report = evaluatePolicy([row({ chosen: 1 }), row({ chosen: 1 })]);
    expect(report.effectiveRows).toBe(0);
    expect(report.selfNormalised).toBeNull();
  });

  test('without a model has no doubly robust value', () => {
    const report = evaluatePolicy([row(), row({ predictedRewards: null }), row()]);
    expect(report.rows).toBe(3);
    expect(report.doublyRobust).toBeNull();
  });

  test('with one enormous weight has it cut, says so, and does not call the evidence enough', () => {
    const usual = Array.from({ length: 500 }, () => row());
    expect(evaluatePolicy(usual)).toMatchObject({ clippedWeights: 0, enoughEvidence: true });
    const report = evaluatePolicy([...usual, row({ propensity: 1e-6 })]);
    expect(report.clippedWeights).toBe(1);
    expect(report.inversePropensity?.value).toBeCloseTo((500 * 2 + 20) / 501, 9);
    expect(report.effectiveRows).toBeLessThan(2);
    expect(report.enoughEvidence).toBe(false);
  });
});

describe('a policy that does what the log could not show', () => {
  // Half of the traffic always went to the second arm, for certain; the policy would send it to the first.
  const log = Array.from({ length: 1000 }, (_, index) =>
    index % 2 === 0 ? row({ propensity: 1, reward: 0.8 }) : row({ chosen: 1, propensity: 1, reward: 0.4 }),
  );

  test('is not judged, however many rows there are', () => {
    expect(evaluatePolicy(log)).toMatchObject({ effectiveRows: 500, missesSupport: true, enoughEvidence: false });
  });

  test('is judged as soon as it had a chance of being seen', () => {
    const random = seededRandom(9);
    const seen = log.map((each) => {
      const first = random() < 0.5;
      return { ...each, chosen: first ? 0 : 1, propensity: 0.5, reward: first ? 0.8 : 0.4 };
    });
    expect(evaluatePolicy(seen)).toMatchObject({ missesSupport: false, enoughEvidence: true });
  });
});

/** Three kinds of request (with different best arms), three arms; a logging policy that leans, a target that leans elsewhere. */
const RATES = [
  [0.8, 0.4, 0.2],
  [0.3, 0.7, 0.5],
  [0.2, 0.5, 0.9],
] as const;
const LOGGING = [
  [0.6, 0.3, 0.1],
  [0.5, 0.25, 0.25],
  [0.4, 0.4, 0.2],
] as const;
const TARGET = [
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
  [0.05, 0.15, 0.8],
] as const;
const TRUTH =
  RATES.flatMap((rates, kind) => rates.map((rate, arm) => rate * (TARGET[kind]?.[arm] ?? NaN))).reduce(
    (a, b) => a + b,
  ) / 3;

function simulate(seed: number, predict: (kind: 0 | 1 | 2) => readonly number[]): OffPolicyReport {
  const random = seededRandom(seed);
  const log = Array.from({ length: 800 }, (): LoggedChoice => {
    const kind = ([0, 1, 2] as const)[Math.floor(random() * 3)] ?? 0;
    const draw = random();
    const [first, second] = LOGGING[kind];
    const chosen = draw < first ? 0 : draw < first + second ? 1 : 2;
    return {
      chosen,
      propensity: LOGGING[kind][chosen],
      reward: random() < RATES[kind][chosen] ? 1 : 0,
      targetProbabilities: TARGET[kind],
      predictedRewards: predict(kind),
    };
  });
  return evaluatePolicy(log);
}

describe('over four hundred simulated logs', () => {
  const seeds = Array.from({ length: 400 }, (_, seed) => seed + 1);
  const good = seeds.map((seed) => simulate(seed, (kind) => RATES[kind]));
  const bad = seeds.map((seed) => simulate(seed, (kind) => RATES[kind].map((rate) => 1 - rate)));
  const estimators = {
    'inverse propensity': good.map((report) => report.inversePropensity),
    'self-normalised': good.map((report) => report.selfNormalised),
    'doubly robust with a good model': good.map((report) => report.doublyRobust),
    'doubly robust with a model that has it all wrong': bad.map((report) => report.doublyRobust),
  };
  const spreadOf = (values: readonly (PolicyValue | null)[]) => {
    const each = values.map((value) => value?.value ?? NaN);
    const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
    return {
      mean,
      deviation: Math.sqrt(each.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (each.length - 1)),
    };
  };

  test.each(Object.entries(estimators))('%s is right on average', (_, values) => {
    const { mean, deviation } = spreadOf(values);
    // Four standard errors; self-normalising costs a bias of the order of 1/rows.
    expect(Math.abs(mean - TRUTH)).toBeLessThan((4 * deviation) / Math.sqrt(seeds.length) + 1e-3);
  });

  test.each(Object.entries(estimators))('%s has the truth in about 95 % of its intervals', (_, values) => {
    const covered = values.filter((value) => {
      const [low, high] = value?.interval ?? [NaN, NaN];
      return low <= TRUTH && TRUTH <= high;
    });
    // Four standard errors of a share of 400.
    expect(Math.abs(covered.length / seeds.length - 0.95)).toBeLessThan(0.044);
  });

  test.each(Object.entries(estimators))('%s tells its own spread', (_, values) => {
    const told = values.reduce((sum, value) => sum + (value?.standardError ?? NaN), 0) / values.length;
    expect(Math.abs(told / spreadOf(values).deviation - 1)).toBeLessThan(0.15);
  });

  test('none is taken for one that misses support', () => {
    expect(good.filter((report) => report.missesSupport)).toEqual([]);
    expect(good.every((report) => report.enoughEvidence)).toBe(true);
  });

  test('a good model makes the doubly robust value surer than inverse propensity', () => {
    const deviation = (name: keyof typeof estimators) => spreadOf(estimators[name]).deviation;
    expect(deviation('doubly robust with a good model')).toBeLessThan(0.8 * deviation('inverse propensity'));
  });

  test('what was earned is not what the other policy would have earned', () => {
    const observed = spreadOf(good.map((report) => report.observed)).mean;
    expect(TRUTH - observed).toBeGreaterThan(0.1);
  });
});
