import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import type { Strategy } from '../../src-shared/strategy.ts';
import { idOf, type SimulatedModel } from '../simulation/simulated-model.ts';

/** Difficulty of a step that any model does nearly always, and of one that only the strong model does. */
export const ROUTINE = 0.2;
export const HARD = 1.6;

/** A coding model of seven billion parameters on the machine's own graphics card: 2,000 tokens a second in, 55 out. */
export const WEAK_MODEL: SimulatedModel = {
  providerId: 'ollama',
  model: 'qwen2.5-coder:7b',
  track: 'local',
  sizeBytes: 4.7e9,
  contextTokens: 131_072,
  firstTokenMs: 180,
  msPerPromptToken: 0.5,
  firstTokenSpread: 0.2,
  tokensPerSecond: 55,
  loadMs: 4_000,
  wordiness: 1,
  skill: 0.8,
  talents: {},
  price: null,
  failureShare: 0.002,
  callsPerMinute: null,
  watts: 60,
};

/** A large model at the prices of Claude Sonnet. */
export const STRONG_MODEL: SimulatedModel = {
  providerId: 'anthropic',
  model: 'claude-sonnet-4-5',
  track: 'cloud',
  sizeBytes: null,
  contextTokens: 200_000,
  firstTokenMs: 900,
  msPerPromptToken: 0.05,
  firstTokenSpread: 0.3,
  tokensPerSecond: 70,
  loadMs: 0,
  wordiness: 1.1,
  skill: 2,
  talents: {},
  price: { input: 3, cachedInput: 0.3, output: 15 },
  failureShare: 0.004,
  callsPerMinute: null,
  watts: 0,
};

export const WEAK = idOf(WEAK_MODEL);
export const STRONG = idOf(STRONG_MODEL);
/** Who signs what the strong model thinks. */
export const SIGNER = STRONG_MODEL.providerId;

/** The usual settings but for the cap per request, which the long prompts of agents would exceed. */
export function settingsFor(strategy: Strategy): Settings {
  return settingsSchema.parse({ optimizer: { strategy }, constraints: { maxCostPerRequestUsd: null } });
}
