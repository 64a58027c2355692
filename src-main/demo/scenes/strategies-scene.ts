import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Asking } from '../show/asking.ts';
import type { Stage } from '../show/stage.ts';
import type { Scene } from './scene.ts';

/** Long answers: there time and money weigh, and strategies part. */
const PROMPTS = [
  'What is the capital of Peru? Explain.',
  'What is 817 * 23? Explain.',
  'How many legs has a crab? Explain.',
] as const;

/** The thrifty one comes early: what it asks to be loaded is there when it is asked again at the end. */
const ORDER: readonly Strategy[] = [
  'balanced',
  'latency_focused',
  'cost_focused',
  'resource_efficient',
  'quality_focused',
  'adaptive',
];
const HEAVY_MODEL = 'sim-qwen:8b';
const LOADED_WITHIN_MS = 6_000;

/** The same prompts under each strategy. Nothing has been learned yet: this is what is guessed from sizes and prices. */
export const strategiesScene: Scene = {
  name: 'strategies',
  title: 'SIX STRATEGIES',
  watch: 'The same three prompts under each strategy: which model answers, and why?',
  async play(stage) {
    for (const strategy of ORDER) await underStrategy(stage, strategy, strategy);
    await stage.until(async () => await isLoaded(stage), LOADED_WITHIN_MS);
    await underStrategy(stage, 'cost_focused', 'cost_focused, model loaded');
    await stage.control.change({ strategy: 'balanced' });
  },
};

async function underStrategy(stage: Stage, strategy: Strategy, label: string): Promise<void> {
  await stage.control.change({ strategy });
  await stage.act(label, async () => {
    // An app of its own each time: the same app asking the same again would mean that the answer did not help.
    const app = label.replaceAll(/\W+/gu, '-');
    const ask = (question: string): Asking => ({ question, kind: 'explained', app, judge: false });
    await Promise.all(PROMPTS.map((question) => stage.ask(ask(question))));
  });
}

async function isLoaded({ control }: Stage): Promise<boolean> {
  const models = await control.models();
  return models.some(({ model, loaded }) => model === HEAVY_MODEL && loaded === true);
}
