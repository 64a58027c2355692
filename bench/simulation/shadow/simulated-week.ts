import { createSeededRandom } from '../../../src-main/demo/seeded-random.ts';
import type { KeptPrompt } from '../../../src-main/engine/jobs/kept/kept-prompts.ts';
import { composeTask } from '../compose-task.ts';
import { drawAround } from '../draws.ts';
import { KNOWN_MODELS } from '../known-models.ts';
import { chanceOf, toEndpoint, type SimulatedModel } from '../simulated-model.ts';
import type { SimulatedTask } from '../simulated-task.ts';
import { isComparable, toRequest, worthOf, writeText, writeValue } from './simulated-answers.ts';
import { idFor, type WeekOfPrompts } from './shadow-week.ts';

/** A week whose truth is known. */
export interface KnownWeek extends WeekOfPrompts {
  /** By local model: share of the prompts that it answers as well, and of their cost. */
  truth: ReadonlyMap<string, { quality: number; ofMoney: number }>;
}

type Kind = SimulatedTask['kind'];
const KINDS: readonly (readonly [Kind, number])[] = [
  ['chat', 0.25],
  ['code', 0.2],
  ['extract', 0.2],
  ['write', 0.15],
  ['summarise', 0.12],
  ['translate', 0.08],
];

const LOCALS = KNOWN_MODELS.filter(({ model }) => model === 'middle:8b' || model === 'large:14b');
const CLOUDS = KNOWN_MODELS.filter(({ model }) => model === 'clever' || model === 'mini');
const MINUTE_MS = 60_000;

/** Prompts of all kinds that two cloud models answered well, and the luck of two local ones with them. */
export function composeWeek(seed: number, count: number): KnownWeek {
  const uniform = createSeededRandom('shadow week', seed);
  const tasks = Array.from({ length: count }, (_, at) => composePrompt(seed, at, uniform));
  const byTopic = new Map(tasks.map((each) => [each.topic, each]));
  const topicIn = (text: string) => /Topic (t\w+)\./u.exec(text)?.[1] ?? '';
  return {
    prompts: tasks.map(({ prompt }) => prompt),
    endpoints: LOCALS.map((model) => toEndpoint(model, false)),
    answer(endpoint, request) {
      const topic = topicIn(JSON.stringify(request.messages));
      const task = byTopic.get(topic);
      return task === undefined ? '' : write(task, task.luck.get(endpoint.id) ?? false, 0.8);
    },
    isAsGood: (request, answer) => isGood(topicIn(request), answer),
    acceptedTo: (request) => byTopic.get(topicIn(request))?.accepted ?? null,
    truth: new Map(LOCALS.map((model) => [toEndpoint(model, false).id, truthOf(model, tasks)])),
  };
}

interface Composed {
  topic: string;
  task: SimulatedTask;
  prompt: KeptPrompt;
  accepted: string;
  luck: ReadonlyMap<string, boolean>;
}

function composePrompt(seed: number, place: number, uniform: () => number): Composed {
  const topic = `t${seed}x${place}`;
  const task = composeTask({ id: topic, kind: drawKind(uniform), app: 'simulated', uniform });
  const cloud = CLOUDS[uniform() < 0.5 ? 0 : 1] ?? CLOUDS[0];
  if (cloud === undefined) throw new Error('there is no cloud model');
  const { input, output } = cloud.price ?? { input: 0, output: 0 };
  const costNanoUsd = Math.round(
    task.promptTokens * input * 1_000 + drawAround(task.answerTokens, 0.5, uniform) * output * 1_000,
  );
  const accepted = write({ topic, task }, true, 1);
  const prompt: KeptPrompt = {
    requestId: idFor(seed, place),
    keptAtMs: 1_700_000_000_000 + place * MINUTE_MS,
    endpoint: toEndpoint(cloud, null).id,
    ...{ track: 'cloud', costNanoUsd, mayLeave: true, app: null, kind: null, finishReason: 'stop' },
    request: toRequest(task, topic),
    answer: [{ type: 'text', text: accepted }],
  };
  const luck = new Map(LOCALS.map((model) => [toEndpoint(model, false).id, uniform() < chanceOf(model, task)]));
  return { topic, task, prompt, accepted, luck };
}

function write({ topic, task }: Pick<Composed, 'topic' | 'task'>, isGoodAnswer: boolean, length: number): string {
  const style = { topic, isGood: isGoodAnswer, words: Math.max(8, Math.round((task.answerTokens / 12) * length)) };
  return isComparable(task.kind) ? writeValue(style) : writeText(style);
}

function isGood(topic: string, answer: string): boolean {
  const value = writeValue({ topic, isGood: true, words: 0 });
  return answer.includes(value) || worthOf(answer, topic) > 0.9;
}

function truthOf(model: SimulatedModel, tasks: readonly Composed[]): { quality: number; ofMoney: number } {
  const { id } = toEndpoint(model, false);
  const good = tasks.filter(({ luck }) => luck.get(id) === true);
  const cost = (of: readonly Composed[]) => of.reduce((sum, { prompt }) => sum + (prompt.costNanoUsd ?? 0), 0);
  return { quality: good.length / tasks.length, ofMoney: cost(good) / cost(tasks) };
}

function drawKind(uniform: () => number): Kind {
  let left = uniform();
  return KINDS.find(([, share]) => (left -= share) < 0)?.[0] ?? 'chat';
}
