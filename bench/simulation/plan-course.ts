import type { AnswerSigns } from '../../src-main/engine/learning/answer-signs.ts';
import { drawAround, type Uniform } from './draws.ts';
import type { SimulatedTask } from './simulated-task.ts';
import { chanceOf, type SimulatedModel } from './simulated-model.ts';

/** How one call goes, if nobody breaks it off. Times at the machine's or provider's usual speed. */
export interface Course {
  /** null: it does not fail. */
  failure: { code: string; afterMs: number } | null;
  /** Model loaded, nothing in its cache; of which `readingMs` go with the uncached share of the prompt. */
  startMs: number;
  readingMs: number;
  writingMs: number;
  outputTokens: number;
  isGood: boolean;
  signs: AnswerSigns;
}

const LENGTH_SPREAD = 0.35;
const WRITING_SPREAD = 0.12;
const FAILS_AFTER_MS = 900;

/** Probability of a sign on a bad and on a good answer: assumptions, in the range of what gateways see. */
const TRUTH_OF_SIGNS = {
  empty: { bad: 0.02, good: 0.001 },
  truncated: { bad: 0.05, good: 0.004 },
  refusal: { bad: 0.06, good: 0.004 },
  invalidJson: { bad: 0.45, good: 0.01 },
  invalidToolCall: { bad: 0.25, good: 0.005 },
} as const;

/** Draws the course of a call. The draws are always as many, so that with the same numbers two worlds stay comparable. */
export function planCourse(options: {
  model: SimulatedModel;
  task: SimulatedTask;
  /** Factor on the chance of a good answer. */
  quality: number;
  uniform: Uniform;
}): Course {
  const { model, task, uniform } = options;
  const fails = uniform() < model.failureShare;
  const failsAfterMs = drawAround(FAILS_AFTER_MS, 0.6, uniform);
  const startFactor = drawAround(1, model.firstTokenSpread, uniform);
  const length = task.answerTokens * model.wordiness * drawAround(1, LENGTH_SPREAD, uniform);
  const outputTokens = Math.max(4, Math.round(Math.min(length, task.request.maxOutputTokens ?? Infinity)));
  const tokensPerSecond = drawAround(model.tokensPerSecond, WRITING_SPREAD, uniform);
  const isGood = uniform() < chanceOf(model, task) * options.quality;
  return {
    failure: fails ? { code: 'upstream_error', afterMs: failsAfterMs } : null,
    startMs: model.firstTokenMs * startFactor,
    readingMs: model.msPerPromptToken * task.promptTokens * startFactor,
    writingMs: (1000 * outputTokens) / tokensPerSecond,
    outputTokens,
    isGood,
    signs: drawSigns(task, isGood, uniform),
  };
}

function drawSigns({ request }: SimulatedTask, isGood: boolean, uniform: Uniform): AnswerSigns {
  const draw = (sign: keyof typeof TRUTH_OF_SIGNS) => uniform() < TRUTH_OF_SIGNS[sign][isGood ? 'good' : 'bad'];
  const [empty, truncated, refusal, invalidJson, invalidToolCall] = [
    draw('empty'),
    draw('truncated'),
    draw('refusal'),
    draw('invalidJson'),
    draw('invalidToolCall'),
  ];
  return {
    empty,
    truncated: !empty && truncated,
    refusal: !empty && refusal,
    invalidJson: request.output === undefined ? null : empty || invalidJson,
    invalidToolCall: request.tools === undefined ? null : invalidToolCall,
  };
}
