import { composeDemoWeek } from '../simulation/shadow/demo-week.ts';
import { measureCoverage, type CoverageFigures } from '../simulation/shadow/measure-coverage.ts';
import { measureShadowGain, type GainFigures } from '../simulation/shadow/measure-gain.ts';
import { composeWeek } from '../simulation/shadow/simulated-week.ts';

export interface ShadowFigures {
  /** Weeks of the demo's questions and engines, whose accuracy is written in their code. */
  demo: CoverageFigures;
  /** Weeks of mixed work, judged by a model that errs. */
  mixed: CoverageFigures;
  gain: GainFigures;
}

const REQUESTS_A_WEEK = 120;
const PROMPTS_PER_RUN = 60;

/** Whether the estimates hold the truth, and what routing gains by them. Nothing is sent anywhere. */
export async function measureShadow({
  weeks,
  gainSeeds,
}: {
  weeks: number;
  gainSeeds: number;
}): Promise<ShadowFigures> {
  const promptsPerRun = PROMPTS_PER_RUN;
  return {
    demo: await measureCoverage({ weeks, promptsPerRun, compose: (seed) => composeDemoWeek(seed, REQUESTS_A_WEEK) }),
    mixed: await measureCoverage({ weeks, promptsPerRun, compose: (seed) => composeWeek(seed, REQUESTS_A_WEEK) }),
    gain: await measureShadowGain({ seeds: gainSeeds }),
  };
}
