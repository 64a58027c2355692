import type { CallSituation, ObservedCall } from '../../../src-main/engine/optimizer/endpoint-model.ts';

/** Uniform draws in [0,1), the same for the same seed (mulberry32, Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Factor with mean 1 whose logarithm has this standard deviation (Box-Muller). */
export function logNormal(random: () => number, sd: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(sd * normal - sd ** 2 / 2);
}

/** How an endpoint really is. */
export interface Truth {
  baseMs: number;
  msPerPromptToken: number;
  tokensPerSecond: number;
  loadMs: number;
  outputTokens: number;
  noise: number;
}

/** One call to an endpoint that is like this; `changes` say what is special about it. */
export function simulateCall(truth: Truth, random: () => number, changes: Partial<ObservedCall> = {}): ObservedCall {
  const promptTokens = changes.promptTokens ?? Math.round(100 + random() * 6_000);
  const warmMs = (truth.baseMs + truth.msPerPromptToken * promptTokens) * logNormal(random, truth.noise);
  const loadMs = changes.wasLoaded === false ? truth.loadMs * logNormal(random, truth.noise) : 0;
  const outputTokens = Math.max(10, Math.round(truth.outputTokens * logNormal(random, 0.5)));
  const writingMs = (1_000 * outputTokens) / (truth.tokensPerSecond * logNormal(random, truth.noise / 2));
  return {
    kind: 'chat',
    promptTokens,
    wasLoaded: true,
    streamed: true,
    firstTokenMs: loadMs + warmMs,
    durationMs: loadMs + warmMs + writingMs,
    loadMs: null,
    outputTokens,
    outcome: 'ok',
    onBattery: null,
    throttledRatio: null,
    ...changes,
  };
}

export const IDLE: CallSituation = {
  loaded: true,
  cachedTokens: 0,
  active: 0,
  queued: 0,
  concurrency: 4,
  onBattery: null,
  throttledRatio: null,
  localWatts: null,
};
