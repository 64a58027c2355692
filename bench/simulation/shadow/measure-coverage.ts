import { evaluateWeek } from './shadow-week.ts';
import type { JudgeCharacter } from './simulated-judge.ts';
import type { KnownWeek } from './simulated-week.ts';

/** How often the intervals of simulated weeks held the truth. Shares from 0 to 1. */
export interface CoverageFigures {
  weeks: number;
  /** Of the shares of requests, and of money; over all local models. */
  quality: number;
  money: number;
  /** Of the model that was called the best. */
  best: number;
  /** Mean of estimate less truth, and mean width of the interval. */
  bias: number;
  width: number;
  judgedPerWeek: number;
}

/** Errs as middling local models do, and a little towards what comes first. */
export const MIDDLING_JUDGE: JudgeCharacter = { kind: 'honest', missesBad: 0.15, blamesGood: 0.12, leansFirst: 0.08 };

/** Evaluates so many weeks, each with its own luck, through the job itself. */
export async function measureCoverage(options: {
  weeks: number;
  compose: (seed: number) => KnownWeek;
  judge?: JudgeCharacter;
  promptsPerRun: number;
}): Promise<CoverageFigures> {
  const { weeks, compose, judge = MIDDLING_JUDGE, promptsPerRun } = options;
  const sums = { estimates: 0, quality: 0, money: 0, moneyEstimates: 0, best: 0, bias: 0, width: 0, judged: 0 };
  for (let seed = 1; seed <= weeks; seed += 1) {
    const week = compose(seed);
    const { summary } = await evaluateWeek(week, { seed, judge, promptsPerRun });
    for (const { endpoint, quality, ofMoney } of summary.models) {
      const truth = week.truth.get(endpoint);
      if (truth === undefined || quality === null) continue;
      sums.estimates += 1;
      sums.quality += holds(quality, truth.quality);
      sums.bias += quality.mean - truth.quality;
      sums.width += quality.high - quality.low;
      if (ofMoney === null) continue;
      sums.moneyEstimates += 1;
      sums.money += holds(ofMoney, truth.ofMoney);
    }
    const best = summary.best === null ? undefined : week.truth.get(summary.best.endpoint);
    if (best !== undefined && summary.best?.quality) sums.best += holds(summary.best.quality, best.quality);
    sums.judged += summary.judgedRequests;
  }
  return {
    weeks,
    quality: sums.quality / sums.estimates,
    money: sums.money / sums.moneyEstimates,
    best: sums.best / weeks,
    bias: sums.bias / sums.estimates,
    width: sums.width / sums.estimates,
    judgedPerWeek: sums.judged / weeks,
  };
}

function holds({ low, high }: { low: number; high: number }, truth: number): number {
  return low <= truth && truth <= high ? 1 : 0;
}
