import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { readPrompt } from '../../src-main/engine/learning/prompt-features.ts';
import type { LearnerTuning } from '../../src-main/engine/optimizer/quality-model.ts';
import { readProfile } from '../../src-main/engine/routing/read-profile.ts';
import { STRATEGY_WEIGHTS } from '../../src-main/engine/routing/strategies.ts';
import type { Outcome } from '../simulation/simulation.ts';
import { MONTH_BUDGET_USD } from '../week/week-script.ts';
import { runTraining } from './run-training.ts';
import { compareWithTruth, type Comparison } from './true-difference.ts';
import { playLoggedWeek } from './week-log.ts';

/** A simulated week, what training made of it, and the week after with and without that. */
export interface TrainedWeek {
  seed: number;
  decisions: number;
  promptsKept: boolean;
  found: string;
  proposed: boolean;
  comparison: Comparison | null;
  /**
   * What the best other way brought in the following week over the present one, whether or not it was proposed; nano-dollars a
   * request, by the truth. null: none was judged.
   */
  laterGain: number | null;
}

const ANOTHER = 500;

export async function playTrainedWeek(seed: number, { promptsKept }: { promptsKept: boolean }): Promise<TrainedWeek> {
  const week = playLoggedWeek(seed, settingsFor());
  const world = promptsKept ? { ...week, prompts: keptPrompts(week.outcomes) } : week;
  const { found, proposal, judged } = await runTraining(world);
  const comparison = judged === null ? null : compareWithTruth(world, judged, week.trueQuality);
  const laterGain =
    judged === null
      ? null
      : worthOf(playLoggedWeek(seed + ANOTHER, settingsFor(judged.best)).outcomes) -
        worthOf(playLoggedWeek(seed + ANOTHER, settingsFor()).outcomes);
  const decisions = week.log.length;
  return { seed, decisions, promptsKept, found, proposed: proposal !== null, comparison, laterGain };
}

function settingsFor(learner: Partial<LearnerTuning> = {}): Settings {
  return settingsSchema.parse({ optimizer: { learner }, budgets: { total: { monthUsd: MONTH_BUDGET_USD } } });
}

function keptPrompts(outcomes: readonly Outcome[]) {
  const requests = new Map(outcomes.map(({ task }) => [task.id, task.request]));
  return {
    has: (requestId: string) => requests.has(requestId),
    read(requestId: string) {
      const request = requests.get(requestId);
      return request === undefined ? null : readPrompt(readProfile(request, 0).text);
    },
    forget: () => undefined,
  };
}

/** By the balanced strategy's own prices: a good answer, less money and waiting. */
function worthOf(outcomes: readonly Outcome[]): number {
  const { answerUsd, secondUsd } = STRATEGY_WEIGHTS.balanced;
  const worth = outcomes.reduce(
    (sum, { ending, costNanoUsd }) =>
      sum +
      (ending.isGood === true ? answerUsd * 1e9 : 0) -
      costNanoUsd -
      secondUsd * 1e6 * (ending.result.firstTokenMs ?? ending.result.durationMs),
    0,
  );
  return worth / outcomes.length;
}
