import { UNKNOWN_CAPABILITIES, type Endpoint, type Track } from '../../src-main/engine/routing/endpoint.ts';
import { clamp } from './draws.ts';
import type { SimulatedTask } from './simulated-task.ts';

/** USD per million tokens. */
export interface SimulatedPrice {
  input: number;
  cachedInput: number;
  output: number;
}

/** The hidden truth about one model at one provider: what a router can only find out by calling it. */
export interface SimulatedModel {
  providerId: string;
  model: string;
  track: Track;
  /** Of the weights; null for cloud. */
  sizeBytes: number | null;
  contextTokens: number;
  /** Median to the first token of an empty prompt, model loaded and nothing else to do. */
  firstTokenMs: number;
  msPerPromptToken: number;
  /** Standard deviation of the logarithm of the time to the first token. */
  firstTokenSpread: number;
  tokensPerSecond: number;
  /** Median; 0 for cloud. */
  loadMs: number;
  /** Factor on the length of answers. */
  wordiness: number;
  /** On the scale of a task's difficulty: a task as hard as this is answered well about every second time. */
  skill: number;
  /** Added to the skill for some kinds of task. */
  talents: Partial<Record<SimulatedTask['kind'], number>>;
  /** null: runs on this machine. */
  price: SimulatedPrice | null;
  /** Share of calls that fail without any reason that can be seen. */
  failureShare: number;
  /** Calls that its provider takes in a minute; null: no limit. */
  callsPerMinute: number | null;
  /** What this machine draws more while it works for this model; 0 for cloud. */
  watts: number;
}

/** How sharply the chance falls with difficulty, and the best that any model reaches. */
const STEEPNESS = 7;
const BEST_CHANCE = 0.985;

export function idOf({ providerId, model }: Pick<SimulatedModel, 'providerId' | 'model'>): string {
  return `${providerId}/${model}`;
}

/** Probability that the model's answer to this task is good: a logistic curve of skill less difficulty. */
export function chanceOf(model: SimulatedModel, task: Pick<SimulatedTask, 'kind' | 'difficulty'>): number {
  const margin = model.skill + (model.talents[task.kind] ?? 0) - task.difficulty;
  return clamp(BEST_CHANCE / (1 + Math.exp(-STEEPNESS * margin)), 0, 1);
}

/** The model as everybody may see it. */
export function toEndpoint(model: SimulatedModel, loaded: boolean | null): Endpoint {
  const isLocal = model.track === 'local';
  return {
    id: idOf(model),
    providerId: model.providerId,
    model: model.model,
    track: model.track,
    protocol: isLocal ? 'ollama' : 'openai',
    capabilities: { ...UNKNOWN_CAPABILITIES, text: true, tools: true, jsonSchema: true, embeddings: false },
    contextTokens: model.contextTokens,
    maxOutputTokens: null,
    takesSampling: true,
    sizeBytes: model.sizeBytes,
    loaded: isLocal ? loaded : null,
  };
}
