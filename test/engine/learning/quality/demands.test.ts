import { describe, expect, test } from 'vitest';
import { judgeRuns } from '../../../../bench/routing/demands.ts';
import { toCurveSpread } from '../../../../bench/routing/figures.ts';

const FIXED = { weak: 0.6, strong: 0.8 };

function met(changes: {
  farthestShare?: number;
  randoms?: number[];
  oracle?: number;
  fixed?: typeof FIXED;
}): boolean[] {
  const curve = (apgr: number) => ({ apgr, cpt50: 0.5, cpt80: 0.8 });
  const demands = judgeRuns({
    farthestShare: changes.farthestShare ?? 0.004,
    random: toCurveSpread((changes.randoms ?? [0.499, 0.502]).map(curve)),
    oracle: toCurveSpread([curve(changes.oracle ?? 1.2)]),
    fixed: changes.fixed ?? FIXED,
  });
  return demands.map((demand) => demand.met);
}

describe('a run is valid', () => {
  test('when every budget was met and the controls are sane', () => {
    expect(met({})).toEqual([true, true, true]);
  });

  test('not when a share is farther than 0.01 from its budget', () => {
    expect(met({ farthestShare: 0.0101 })).toEqual([false, true, true]);
  });

  test('not when random is more than 0.01 away, unless chance alone moves it as far', () => {
    expect(met({ randoms: [0.52, 0.521, 0.519, 0.52] })).toEqual([true, false, true]);
    expect(met({ randoms: [0.45, 0.59, 0.47, 0.57] })).toEqual([true, true, true]);
  });

  test('not when the oracle does not gain, whichever arm is the better one', () => {
    expect(met({ oracle: 0.4 })).toEqual([true, true, false]);
    expect(met({ oracle: -0.2, fixed: { weak: 0.8, strong: 0.6 } })).toEqual([true, true, true]);
  });
});
