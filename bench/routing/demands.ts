import type { BenchFigures } from './collect-figures.ts';

/** What has to hold, and whether it does. */
export interface Demand {
  text: string;
  met: boolean;
}

/** Widened where chance alone moves the control more: four standard errors. */
const RANDOM_TOLERANCE = 0.01;
const JUDGED_SET = 'mmlu';

/** Runs have to be valid and controls sane on every set; the quality is judged on mmlu. */
export function judge(set: string, figures: BenchFigures): Demand[] {
  return set === JUDGED_SET ? [...judgeRuns(figures), ...judgeQuality(figures)] : judgeRuns(figures);
}

/**
 * Whether every budget was met and the controls came out as they must. Where strong is the worse arm on the whole, the gap
 * recovered has the opposite sign.
 */
export function judgeRuns({
  farthestShare,
  random,
  oracle,
  fixed,
}: Pick<BenchFigures, 'farthestShare' | 'random' | 'oracle' | 'fixed'>): Demand[] {
  const { mean, sd, count } = random.apgr;
  const standardError = (sd ?? 0) / Math.sqrt(count);
  const tolerance = Math.max(RANDOM_TOLERANCE, 4 * standardError);
  return [
    demand('farthest a realised share is from its budget', farthestShare, '≤', 0.01),
    {
      text: `random control ${mean.toFixed(4)} is 0.5 ± ${tolerance.toFixed(3)} (standard error ${standardError.toFixed(4)})`,
      met: Math.abs(mean - 0.5) <= tolerance,
    },
    {
      text: `oracle ${oracle.apgr.mean.toFixed(3)} gains more than random`,
      met: (oracle.apgr.mean - mean) * (fixed.strong - fixed.weak) > 0,
    },
  ];
}

function judgeQuality({ main, secondHalf, withoutOdd, usPerDecision }: BenchFigures): Demand[] {
  return [
    demand('APGR', main.apgr.mean, '≥', 0.62),
    demand('CPT50', main.cpt50.mean, '≤', 0.33),
    demand('CPT80', main.cpt80.mean, '≤', 0.69),
    demand('APGR, second half', secondHalf.apgr.mean, '≥', 0.635),
    demand('APGR, x2', withoutOdd?.apgr.mean ?? 0, '≥', 0.565),
    demand('µs per decision and update', usPerDecision, '≤', 100),
  ];
}

function demand(text: string, value: number, sign: '≤' | '≥', limit: number): Demand {
  const met = sign === '≤' ? value <= limit : value >= limit;
  return { text: `${text}: ${value.toFixed(4)} ${sign} ${limit}`, met };
}
