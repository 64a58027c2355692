import { readPrompt, type PromptFeatures } from '../../src-main/engine/learning/prompt-features.ts';
import { QualityLearner } from '../../src-main/engine/learning/quality-learner.ts';
import type { ReplayRow } from './read-set.ts';

const ARMS = Array.from({ length: 40 }, (_, at) => `provider/model-${at}`);
const PROMPTS = 2000;

export interface SpeedFigures {
  readUs: number;
  learnUs: number;
  /** Predictions of 40 arms for one prompt, which is what a decision asks for. */
  fortyArmsUs: number;
}

/** CPU time of one thread, on the set's own prompts. */
export function measureSpeed(rows: readonly ReplayRow[]): SpeedFigures {
  const learner = new QualityLearner();
  const prompts = Array.from({ length: PROMPTS }, (_, at) => rows[at % rows.length]?.prompt ?? '');
  const features: PromptFeatures[] = [];
  const readUs = perPrompt(prompts, (prompt) => features.push(readPrompt(prompt)));
  const learnUs = perPrompt(features, (one, at) => learner.learn(one, ARMS[at % ARMS.length] ?? '', at % 2));
  const fortyArmsUs = perPrompt(features, (one) => {
    for (const arm of ARMS) learner.predict(one, arm);
  });
  return { readUs, learnUs, fortyArmsUs };
}

function perPrompt<Item>(items: readonly Item[], run: (item: Item, at: number) => unknown): number {
  const before = process.cpuUsage();
  items.forEach((item, at) => run(item, at));
  const used = process.cpuUsage(before);
  return (used.user + used.system) / items.length;
}
