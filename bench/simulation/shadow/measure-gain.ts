import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import type { KeptPrompt } from '../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { lastQuestion } from '../../../src-main/engine/jobs/shadow/last-question.ts';
import { CONTENDERS } from '../../week/contenders.ts';
import { toWeekFigures, type EnergyFigures, type WeekFigures } from '../../week/week-figures.ts';
import { scheduleWeek } from '../../week/week-traffic.ts';
import { weightedTotal } from '../../week/weighted-total.ts';
import { at, WEEK_EPISODES, WEEK_MS } from '../../week/week-script.ts';
import { KNOWN_MODELS } from '../known-models.ts';
import { OptimizerRouter } from '../optimizer-router.ts';
import { Simulation, type Outcome } from '../simulation.ts';
import { chanceOf, idOf, toEndpoint } from '../simulated-model.ts';
import { Site } from '../site.ts';
import { MIDDLING_JUDGE } from './measure-coverage.ts';
import { evaluateWeek, idFor, type WeekOfPrompts } from './shadow-week.ts';
import { isComparable, worthOf, writeText, writeValue } from './simulated-answers.ts';

/** How requests went from Thursday on, after three nights. Means over seeds. */
export interface GainFigures {
  seeds: number;
  /** Without any shadow evaluation, and with it in the nights before. */
  before: RoutingFigures;
  after: RoutingFigures;
  /** Answers judged in the three nights. */
  judged: number;
}

export type RoutingFigures = Pick<WeekFigures, 'requests' | 'localShare' | 'costUsd' | 'quality'> & {
  /** By the person's targets; lower is better (`week/weighted-total.ts`). */
  total: number;
};

/** Nights in which the evaluation runs, at three o'clock. */
const NIGHTS = [at('Tue', 3), at('Wed', 3), at('Thu', 3)];
const FROM_MS = at('Thu', 4);
const LOCALS = KNOWN_MODELS.filter(({ track }) => track === 'local');

/**
 * The simulated week twice, with the same traffic and luck: once as it is, once with the job itself answering the day's cloud
 * prompts again in three nights, judged by a simulated judge that errs. What the router then does with the rest of the week
 * is compared.
 */
export async function measureShadowGain(options: {
  seeds: number;
  strategy?: string;
  promptsPerRun?: number;
}): Promise<GainFigures> {
  const { seeds, strategy = 'balanced', promptsPerRun = 200 } = options;
  const [before, after] = [[], []] as [RoutingFigures[], RoutingFigures[]];
  let judged = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    before.push((await playWeek({ seed, strategy, promptsPerRun: 0 })).figures);
    const shadowed = await playWeek({ seed, strategy, promptsPerRun });
    after.push(shadowed.figures);
    judged += shadowed.judged;
  }
  return { seeds, before: meanOf(before), after: meanOf(after), judged: judged / seeds };
}

async function playWeek(play: {
  seed: number;
  strategy: string;
  promptsPerRun: number;
}): Promise<{ figures: RoutingFigures; judged: number }> {
  const { seed, promptsPerRun } = play;
  const contender = CONTENDERS.find(({ name }) => name === play.strategy);
  if (contender === undefined) throw new TypeError(`there is no strategy "${play.strategy}"`);
  const site = new Site({ seed, models: KNOWN_MODELS, episodes: WEEK_EPISODES, settings: contender.settings });
  const router = contender.createRouter(site);
  const simulation = new Simulation({ site, router });
  scheduleWeek(simulation);
  let [judged, place, taught] = [0, 0, 0];
  for (const nightMs of NIGHTS) {
    site.clock.runUntil(nightMs);
    if (promptsPerRun === 0 || !(router instanceof OptimizerRouter)) continue;
    const week = toPrompts(simulation.outcomes.slice(place), seed, nightMs);
    place = simulation.outcomes.length;
    const { lessons, summary } = await evaluateWeek(week, {
      seed: seed * 10 + judged,
      judge: MIDDLING_JUDGE,
      promptsPerRun,
    });
    for (const lesson of lessons) router.optimizer.learnShadow({ ...lesson, place: (taught += 1) });
    router.optimizer.learnNow();
    if (router.optimizer.shadowLearnedUntil !== taught) throw new Error('a lesson was given and not learned');
    judged += summary.judgedRequests;
  }
  site.clock.runUntil(WEEK_MS + 3_600_000);
  router.stop();
  const outcomes = simulation.outcomes.filter(({ atMs }) => atMs >= FROM_MS);
  return { figures: toRoutingFigures(outcomes, site), judged };
}

/** What the cloud answered since the last night, as the vault would have kept it; whether local models could have is drawn by their skill. */
function toPrompts(outcomes: readonly Outcome[], seed: number, nightMs: number): WeekOfPrompts {
  const answered = outcomes.filter(
    ({ track, isRepeat, ending }) => track === 'cloud' && !isRepeat && ending.isGood !== null,
  );
  const byWords = new Map(answered.map((outcome) => [lastQuestion(outcome.task.request), outcome]));
  const find = (text: string) => byWords.get(text.replace(/^[\s\S]*user: /u, ''));
  const topicOf = ({ task }: Outcome) => task.id.replaceAll(/\W/gu, '_');
  const accepted = (outcome: Outcome) => write(outcome, topicOf(outcome), outcome.ending.isGood === true, 1);
  return {
    prompts: answered.map((outcome, at_) =>
      toKept(outcome, { requestId: idFor(seed * 1_000 + nightMs / 1e6, at_), text: accepted(outcome) }),
    ),
    endpoints: LOCALS.map((model) => toEndpoint(model, false)),
    answer(endpoint, request) {
      const outcome = byWords.get(lastQuestion(request));
      const model = LOCALS.find((each) => idOf(each) === endpoint.id);
      if (outcome === undefined || model === undefined) return '';
      const luck = createSeededRandom('shadow luck', seed, outcome.task.id, endpoint.id)();
      return write(outcome, topicOf(outcome), luck < chanceOf(model, outcome.task), 0.8);
    },
    isAsGood(request, answer) {
      const outcome = find(request);
      if (outcome === undefined) return false;
      const topic = topicOf(outcome);
      const worth = (text: string) =>
        text.includes(writeValue({ topic, isGood: true, words: 0 })) ? 1 : worthOf(text, topic);
      return worth(answer) >= Math.min(0.9, worth(accepted(outcome)));
    },
    acceptedTo(request) {
      const outcome = find(request);
      return outcome === undefined ? null : accepted(outcome);
    },
  };
}

function write({ task }: Outcome, topic: string, isGood: boolean, length: number): string {
  const style = { topic, isGood, words: Math.max(8, Math.round((task.answerTokens / 12) * length)) };
  return isComparable(task.kind) ? writeValue(style) : writeText(style);
}

function toKept({ task, ending, costNanoUsd, atMs }: Outcome, kept: { requestId: string; text: string }): KeptPrompt {
  return {
    requestId: kept.requestId,
    keptAtMs: atMs,
    endpoint: ending.result.answeredBy ?? '',
    ...{ track: 'cloud', costNanoUsd, mayLeave: true, app: task.app, kind: null, finishReason: 'stop' },
    request: task.request,
    answer: [{ type: 'text', text: kept.text }],
  };
}

function toRoutingFigures(outcomes: readonly Outcome[], site: Site): RoutingFigures {
  const { workWh, workWhOnBattery, lowestBatteryPercent } = site.machine.energy;
  const figures: WeekFigures & EnergyFigures = {
    ...toWeekFigures(outcomes),
    ...{ energyWh: workWh, batteryWh: workWhOnBattery, lowestBatteryPercent },
  };
  const { requests, localShare, costUsd, quality } = figures;
  return { requests, localShare, costUsd, quality, total: weightedTotal(figures) };
}

function meanOf(all: readonly RoutingFigures[]): RoutingFigures {
  const mean = (of: (figures: RoutingFigures) => number) => all.reduce((sum, each) => sum + of(each), 0) / all.length;
  return {
    requests: mean(({ requests }) => requests),
    localShare: mean(({ localShare }) => localShare),
    costUsd: mean(({ costUsd }) => costUsd),
    quality: mean(({ quality }) => quality),
    total: mean(({ total }) => total),
  };
}
