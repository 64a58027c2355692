import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExplorationAllowance, ScoredCandidate } from '../../../src-main/engine/routing/decision.ts';
import { explore } from '../../../src-main/engine/routing/explore.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { cloudPrediction, estimate } from './make-decision-input.ts';

function candidate(changes: Parameters<typeof cloudPrediction>[0] = {}): ScoredCandidate {
  const parts = { quality: 0, latency: 0, cost: 0, energy: 0, pressure: 0, preference: 0 };
  return { endpoint: makeEndpoint(), prediction: cloudPrediction(changes), parts, score: 0, propensity: 0 };
}

const ALLOWANCE: ExplorationAllowance = { rate: 0.1, extraCostNanoUsd: 1_000, extraLatencyMs: 500, draws: [0, 0] };
const allowed = (changes: Partial<ExplorationAllowance> = {}) => ({ ...ALLOWANCE, ...changes });
const BEST = candidate();

describe('exploration', () => {
  test('takes the best without an allowance, with a rate of 0, or when nothing else is affordable', () => {
    const alone = { chosen: 0, propensities: [1, 0] };
    expect(explore([BEST, candidate()], null)).toEqual(alone);
    expect(explore([BEST, candidate()], allowed({ rate: 0 }))).toEqual(alone);
    expect(explore([BEST, candidate()], allowed({ rate: NaN }))).toEqual(alone);
    expect(explore([BEST, candidate({ costNanoUsd: 4_001_001 })], ALLOWANCE)).toEqual(alone);
    expect(explore([BEST, candidate({ costNanoUsd: null })], ALLOWANCE)).toEqual(alone);
    expect(explore([BEST, candidate({ firstTokenMs: estimate(1_101) })], ALLOWANCE)).toEqual(alone);
    expect(explore([], ALLOWANCE)).toEqual({ chosen: 0, propensities: [] });
  });

  test('takes an alternative when the first draw falls below the rate', () => {
    const both = [BEST, candidate()];
    expect(explore(both, allowed({ draws: [0.099, 0.5] })).chosen).toBe(1);
    expect(explore(both, allowed({ draws: [0.1, 0.5] })).chosen).toBe(0);
    expect(explore(both, allowed({ draws: [NaN, 0.5] })).chosen).toBe(0);
    expect(explore(both, ALLOWANCE).propensities).toEqual([0.9, 0.1]);
  });

  test('prefers what is least known and could be best', () => {
    const known = candidate({ quality: estimate(0.8, 0.02) });
    const unknown = candidate({ quality: estimate(0.8, 0.2) });
    const hopeless = candidate({ quality: estimate(0.01, 0.02) });
    const [, ofKnown = 0, ofUnknown = 0, ofHopeless = 0] = explore(
      [BEST, known, unknown, hopeless],
      ALLOWANCE,
    ).propensities;
    expect(ofUnknown).toBeGreaterThan(5 * ofKnown);
    expect(ofKnown).toBeGreaterThan(5 * ofHopeless);
    expect(ofHopeless).toBeGreaterThan(0);
  });

  test('takes what wears the machine down for as much dearer as the strategy in force holds it to be', () => {
    const wearing = (energy: number, pressure: number): ScoredCandidate => {
      const found = candidate();
      return { ...found, parts: { ...found.parts, energy, pressure } };
    };
    expect(explore([BEST, wearing(-600, -400)], ALLOWANCE).chosen).toBe(1);
    expect(explore([BEST, wearing(-600, -401)], ALLOWANCE).chosen).toBe(0);
    expect(explore([wearing(-600, -401), wearing(-600, -401)], ALLOWANCE).chosen).toBe(1);
  });

  test('looks at the six best alternatives only', () => {
    const { propensities } = explore([BEST, ...Array.from({ length: 20 }, () => candidate())], ALLOWANCE);
    expect(propensities.filter((each) => each > 0)).toHaveLength(7);
    expect(propensities.slice(7)).toEqual(Array<number>(14).fill(0));
  });

  const sd = fc.double({ min: 0, max: 1, noNaN: true });
  const rates = fc.double({ min: 0, max: 1, noNaN: true });
  const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  test('tells propensities that sum to 1 and are above 0 for whoever is chosen', () => {
    fc.assert(
      fc.property(
        fc.array(sd, { maxLength: 10 }),
        rates,
        rates,
        draws,
        draws,
        (deviations, rate, own, whether, whom) => {
          const candidates = [BEST, ...deviations.map((each) => candidate({ quality: estimate(0.5, each) }))];
          candidates.push({ ...candidate(), endpoint: makeEndpoint({ providerId: 'old' }) });
          const overdue = { endpointId: 'old/m', rate: own };
          const { chosen, propensities } = explore(candidates, allowed({ rate, overdue, draws: [whether, whom] }));
          expect(propensities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
          expect(propensities[chosen]).toBeGreaterThan(0);
        },
      ),
      { examples: [[[0, 0], 1, 1, 1 - Number.EPSILON, 1 - Number.EPSILON]] },
    );
  });

  test('looks at an old favourite with a probability of its own, whatever its rank', () => {
    const rest = Array.from({ length: 8 }, () => candidate());
    const favourite = { ...candidate(), endpoint: makeEndpoint({ providerId: 'old' }) };
    const overdue = { endpointId: favourite.endpoint.id, rate: 0.08 };
    const { chosen, propensities } = explore([BEST, ...rest, favourite], allowed({ overdue, draws: [0.17, 0.99] }));
    expect(propensities[9]).toBeCloseTo(0.08, 12);
    expect(propensities[0]).toBeCloseTo(0.82, 12);
    expect(chosen).toBe(9);
  });

  test('leaves an old favourite alone that is the best, is no candidate, or costs more than may be spent', () => {
    const overdue = { endpointId: 'old/m', rate: 0.08 };
    const old = (changes = {}) => ({ ...candidate(changes), endpoint: makeEndpoint({ providerId: 'old' }) });
    const bestIsOld = [old(), candidate()];
    const tooDear = [BEST, candidate(), old({ costNanoUsd: 4_001_001 })];
    for (const candidates of [bestIsOld, tooDear, [BEST, candidate()]]) {
      expect(explore(candidates, allowed({ overdue }))).toEqual(explore(candidates, allowed()));
    }
  });

  test('chooses as often as the propensities say', () => {
    const deviations = [0.05, 0.1, 0.3];
    const candidates = [BEST, ...deviations.map((each) => candidate({ quality: estimate(0.5, each) }))];
    const overdue = { endpointId: 'old/m', rate: 0.1 };
    candidates[2] = { ...candidate(), endpoint: makeEndpoint({ providerId: 'old' }) };
    const counts = [0, 0, 0, 0];
    const steps = 400;
    // A grid over both draws is the exact distribution up to its step.
    for (let one = 0; one < steps; one++) {
      for (let other = 0; other < steps; other++) {
        const draws = [(one + 0.5) / steps, (other + 0.5) / steps] as const;
        const { chosen } = explore(candidates, allowed({ rate: 0.25, overdue, draws }));
        counts[chosen] = (counts[chosen] ?? 0) + 1;
      }
    }
    const { propensities } = explore(candidates, allowed({ rate: 0.25, overdue }));
    counts.forEach((count, place) => expect(count / steps ** 2).toBeCloseTo(propensities[place] ?? NaN, 2));
  });
});
