import { settings as settingsSchema } from '../../src-shared/settings.ts';
import { plantWorld } from './planted-world.ts';
import { runTraining } from './run-training.ts';
import { compareWithTruth, type Comparison } from './true-difference.ts';
import type { TrainingScenario } from './worlds.ts';

/** One run of the job in a planted world. */
export interface ScenarioRun {
  proposed: boolean;
  /** null: nothing foresaw better, so nothing was judged. */
  comparison: Comparison | null;
  /** Of what was proposed, in another stretch of the same world served by it: nano-dollars a request. null: nothing was. */
  laterGain: number | null;
}

const REQUESTS = 5_000;
const ANOTHER = 10_000;

export async function playScenario({ options }: TrainingScenario, seed: number): Promise<ScenarioRun> {
  const world = plantWorld({ seed, requests: REQUESTS, ...options });
  const { judged, proposal } = await runTraining(world);
  const comparison = judged === null ? null : compareWithTruth(world, judged, world.trueQuality);
  if (judged === null || proposal === null) return { proposed: false, comparison, laterGain: null };
  const settings = settingsSchema.parse({ optimizer: { learner: judged.best } });
  const later = { seed: seed + ANOTHER, requests: REQUESTS, ...options };
  return { proposed: true, comparison, laterGain: plantWorld({ ...later, settings }).value - plantWorld(later).value };
}
