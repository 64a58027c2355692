import type { Settings } from '../../src-shared/settings.ts';
import { toDecisionRecord } from '../../src-main/engine/optimizer/decision-record.ts';
import { toEvidence } from '../../src-main/engine/optimizer/evidence.ts';
import { rewardOfRequest } from '../../src-main/engine/optimizer/reward-of-request.ts';
import type { FeedbackView } from '../../src-shared/decisions.ts';
import type { LoggedDecision } from '../../src-main/engine/store/logged-decisions.ts';
import { KNOWN_MODELS } from '../simulation/known-models.ts';
import { OptimizerRouter } from '../simulation/optimizer-router.ts';
import { chanceOf } from '../simulation/simulated-model.ts';
import { Simulation, type Outcome } from '../simulation/simulation.ts';
import { Site } from '../simulation/site.ts';
import { SPENT_BEFORE_USD, WEEK_EPISODES, WEEK_MS } from '../week/week-script.ts';
import { scheduleWeek } from '../week/week-traffic.ts';
import type { TrainingWorld } from './run-training.ts';

/** A simulated week as it was served, and as the engine logged it. */
export interface LoggedWeek extends TrainingWorld {
  outcomes: readonly Outcome[];
  trueQuality: (requestId: string, endpointId: string) => number;
}

const AFTERWARDS_MS = 3_600_000;

export function playLoggedWeek(seed: number, settings: Settings): LoggedWeek {
  const site = new Site({ seed, models: KNOWN_MODELS, episodes: WEEK_EPISODES, settings });
  const router = new RatedRouter(site, { spentNanoUsd: SPENT_BEFORE_USD * 1e9 });
  const simulation = new Simulation({ site, router });
  scheduleWeek(simulation);
  const startMs = site.clock.nowMs();
  site.clock.runUntil(WEEK_MS + AFTERWARDS_MS);
  router.stop();
  const { outcomes } = simulation;
  const tasks = new Map(outcomes.map(({ task }) => [task.id, task]));
  const log = outcomes.flatMap((outcome) => toLogged(outcome, { startMs, router }) ?? []);
  return {
    ...{ settings, outcomes, endpoints: site.endpoints, nowMs: startMs + WEEK_MS + AFTERWARDS_MS },
    log: log.sort((one, other) => one.startedAtMs - other.startedAtMs),
    outputPriceOf: ({ id }) => site.outputPriceOf(id),
    trueQuality(requestId, endpointId) {
      const task = tasks.get(requestId);
      return task === undefined ? 0 : chanceOf(site.modelOf(endpointId), task);
    },
  };
}

/** Remembers what people said. */
class RatedRouter extends OptimizerRouter {
  readonly said = new Map<string, FeedbackView[]>();
  readonly #site: Site;

  constructor(site: Site, options: ConstructorParameters<typeof OptimizerRouter>[1]) {
    super(site, options);
    this.#site = site;
  }

  override rated(taskId: string, quality: number): void {
    super.rated(taskId, quality);
    const atMs = Math.round(this.#site.clock.nowMs());
    const feedback: FeedbackView = { atMs, kind: 'user_rating', source: 'user', value: quality, note: null };
    this.said.set(taskId, [...(this.said.get(taskId) ?? []), feedback]);
  }
}

function toLogged(
  { task, decision, ending, atMs }: Outcome,
  { startMs, router }: { startMs: number; router: RatedRouter },
): LoggedDecision | null {
  const [first] = decision?.candidates ?? [];
  if (decision === null || first === undefined) return null;
  const { result, success, errorType } = ending;
  const evidence = toEvidence(result, success, errorType);
  const { constraints } = router.optimizer.policy;
  const record = toDecisionRecord(decision, {
    answeredBy: result.answeredBy,
    reward: rewardOfRequest({ result, success, evidence, constraints }),
    signal: evidence?.signal ?? null,
  });
  return {
    ...record,
    ...{ omittedCandidates: 0, omittedRefusals: 0, requestId: task.id, startedAtMs: Math.round(startMs + atMs) },
    ...{ candidates: [...record.candidates], refusals: [...record.refusals] },
    ...{ chosen: first.endpoint.id, propensity: first.propensity, feedback: router.said.get(task.id) ?? [] },
  };
}
