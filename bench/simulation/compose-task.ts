import type { ChatMessage, ChatRequest } from '../../src-main/engine/protocols/chat-request.ts';
import { composePrompt } from './compose-prompt.ts';
import { clamp, drawAround, drawNormal, type Uniform } from './draws.ts';
import type { SimulatedTask } from './simulated-task.ts';

type Kind = SimulatedTask['kind'];

interface KindTraits {
  difficulty: { mean: number; spread: number };
  /** Medians. */
  promptTokens: number;
  answerTokens: number;
  maxOutputTokens: number | null;
  hasPerson: boolean;
  stream: boolean;
}

/** What requests of each kind are like. */
const TRAITS: Readonly<Record<Kind, KindTraits>> = {
  // prettier-ignore
  chat:      { difficulty: { mean: 0.38, spread: 0.2 },  promptTokens: 250,  answerTokens: 260, maxOutputTokens: null, hasPerson: true,  stream: true },
  // prettier-ignore
  code:      { difficulty: { mean: 0.52, spread: 0.18 }, promptTokens: 700,  answerTokens: 420, maxOutputTokens: null, hasPerson: true,  stream: true },
  // prettier-ignore
  extract:   { difficulty: { mean: 0.15, spread: 0.12 }, promptTokens: 600,  answerTokens: 90,  maxOutputTokens: 400,  hasPerson: false, stream: false },
  // prettier-ignore
  translate: { difficulty: { mean: 0.3, spread: 0.12 },  promptTokens: 350,  answerTokens: 300, maxOutputTokens: null, hasPerson: true,  stream: true },
  // prettier-ignore
  summarise: { difficulty: { mean: 0.28, spread: 0.12 }, promptTokens: 2200, answerTokens: 180, maxOutputTokens: null, hasPerson: true,  stream: true },
  // prettier-ignore
  write:     { difficulty: { mean: 0.33, spread: 0.15 }, promptTokens: 200,  answerTokens: 380, maxOutputTokens: null, hasPerson: true,  stream: true },
  // prettier-ignore
  agent:     { difficulty: { mean: 0.45, spread: 0.18 }, promptTokens: 4000, answerTokens: 140, maxOutputTokens: 4000, hasPerson: false, stream: true },
  // prettier-ignore
  quick:     { difficulty: { mean: 0.12, spread: 0.08 }, promptTokens: 400,  answerTokens: 20,  maxOutputTokens: 60,   hasPerson: true,  stream: true },
};

const LENGTH_SPREAD = 0.4;
const JSON_OUTPUT = {
  type: 'json_schema',
  schema: { type: 'object', properties: { name: { type: 'string' }, date: { type: 'string' } } },
} as const;

/** One request of a kind, out of nothing but numbers. `earlier`: the conversation so far. */
export function composeTask(options: {
  id: string;
  kind: Kind;
  app: string;
  uniform: Uniform;
  earlier?: readonly ChatMessage[];
  conversation?: string;
  /** Tokens of `earlier`. */
  earlierTokens?: number;
  /** Instead of a drawn one. */
  difficulty?: number;
}): SimulatedTask {
  const { id, kind, app, uniform, earlier = [], conversation = null, earlierTokens = 0 } = options;
  const traits = TRAITS[kind];
  const { mean, spread } = traits.difficulty;
  const drawn = clamp(mean + spread * drawNormal(uniform), 0, 1.2);
  const difficulty = options.difficulty ?? drawn;
  const text = composePrompt(kind, difficulty, uniform);
  const request: ChatRequest = {
    model: 'auto',
    mode: 'chat',
    messages: [...earlier, { role: 'user', parts: [{ type: 'text', text }] }],
    stream: traits.stream,
    ...(traits.maxOutputTokens === null ? {} : { maxOutputTokens: traits.maxOutputTokens }),
    ...(kind === 'extract' ? { output: JSON_OUTPUT } : {}),
  };
  return {
    id,
    app,
    request,
    pins: {},
    promptTokens: earlierTokens + Math.round(drawAround(traits.promptTokens, LENGTH_SPREAD, uniform)),
    conversation,
    hasPerson: traits.hasPerson,
    kind,
    difficulty,
    answerTokens: drawAround(traits.answerTokens, LENGTH_SPREAD, uniform),
  };
}
