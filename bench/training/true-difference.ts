import {
  addPairedRow,
  createDifferenceSums,
  readDifference,
  type Difference,
} from '../../src-main/engine/learning/paired-difference.ts';
import { isProven } from '../../src-main/engine/jobs/training/conclude-training.ts';
import { judgeRow, TrustScale } from '../../src-main/engine/jobs/training/judge-row.ts';
import { featuresOfKind, Replay } from '../../src-main/engine/jobs/training/replay.ts';
import { toReplayRow, type ReplayRow } from '../../src-main/engine/jobs/training/replay-row.ts';
import { STRATEGY_WEIGHTS } from '../../src-main/engine/routing/strategies.ts';
import type { Trained, TrainingWorld } from './run-training.ts';
import { NO_PROMPTS } from './run-training.ts';

/** The estimate as the job makes it, beside the truth on the same decisions. Nano-dollars a request. */
export interface Comparison {
  estimate: Difference;
  truth: number;
  isProven: boolean;
}

/** `trueQuality`: of an endpoint's answer to a logged request, as nobody but the world knows it. */
export function compareWithTruth(
  world: TrainingWorld,
  { present, best, division }: NonNullable<Trained['judged']>,
  trueQuality: (requestId: string, endpointId: string) => number,
): Comparison | null {
  const { settings, endpoints, outputPriceOf, prompts = NO_PROMPTS } = world;
  const { qualityThreshold } = settings.optimizer.preferences;
  const begin = (tuning: typeof present) => new Replay({ settings, tuning, endpoints, outputPriceOf });
  const replays = { present: begin(present), best: begin(best) };
  const trust = new TrustScale();
  const isKnown = (id: string) => endpoints.some((endpoint) => endpoint.id === id);
  let sums = createDifferenceSums();
  let truth = 0;
  for (const decision of world.log) {
    if (decision.startedAtMs < division.sinceMs || decision.startedAtMs >= division.untilMs) continue;
    const row = toReplayRow(decision, { isKnown, qualityThreshold });
    if (row === null) continue;
    const features = prompts.read(row.requestId) ?? featuresOfKind(row.kind);
    for (const replay of Object.values(replays)) replay.arriveAt(row.startedAtMs);
    const judged =
      row.startedAtMs < division.judgedFromMs ? null : judgeRow(row, { ...replays, features, trust, qualityThreshold });
    if (judged !== null) {
      sums = addPairedRow(sums, judged);
      truth += valueAt(row, judged.one, trueQuality) - valueAt(row, judged.other, trueQuality);
    }
    trust.note(decision.chosen, row.outcome?.weight ?? 0);
    for (const replay of Object.values(replays)) replay.note(row, features);
  }
  const estimate = readDifference(sums);
  return estimate === null ? null : { estimate, truth: truth / sums.rows, isProven: isProven(sums) };
}

function valueAt(
  row: ReplayRow,
  place: number,
  trueQuality: (requestId: string, endpointId: string) => number,
): number {
  const arm = row.arms[place];
  if (arm === undefined) return 0;
  const { answerUsd } = STRATEGY_WEIGHTS[row.actsAs];
  return arm.otherwise + answerUsd * 1e9 * arm.success * trueQuality(row.requestId, arm.endpointId);
}
