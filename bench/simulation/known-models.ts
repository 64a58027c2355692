import type { SimulatedModel } from './simulated-model.ts';

const LOCAL = {
  providerId: 'ollama',
  track: 'local',
  contextTokens: 32_000,
  firstTokenSpread: 0.25,
  price: null,
  failureShare: 0.003,
  callsPerMinute: null,
} as const;
const CLOUD = { track: 'cloud', sizeBytes: null, loadMs: 0, watts: 0 } as const;

/**
 * What the person of the simulations has: three local models on a laptop and four in the cloud at three providers. Speeds
 * and prices are of the order that such models have; the names say what they stand for.
 */
export const KNOWN_MODELS: readonly SimulatedModel[] = [
  // prettier-ignore
  { ...LOCAL, model: 'small:3b', sizeBytes: 2.0e9, firstTokenMs: 110, msPerPromptToken: 0.9, tokensPerSecond: 75, loadMs: 2_000, wordiness: 1, skill: 0.36, talents: { quick: 0.1, extract: 0.05 }, watts: 24 },
  // prettier-ignore
  { ...LOCAL, model: 'middle:8b', sizeBytes: 5.2e9, firstTokenMs: 180, msPerPromptToken: 2.2, tokensPerSecond: 36, loadMs: 4_500, wordiness: 1.05, skill: 0.58, talents: { code: 0.04, translate: -0.06, agent: -0.05 }, watts: 32 },
  // prettier-ignore
  { ...LOCAL, model: 'large:14b', sizeBytes: 9.0e9, firstTokenMs: 300, msPerPromptToken: 4, tokensPerSecond: 20, loadMs: 8_000, wordiness: 1.05, skill: 0.68, talents: { translate: -0.04 }, watts: 38 },
  // prettier-ignore
  { ...CLOUD, providerId: 'north', model: 'mini', contextTokens: 128_000, firstTokenMs: 480, msPerPromptToken: 0.04, firstTokenSpread: 0.4, tokensPerSecond: 90, wordiness: 1, skill: 0.68, talents: { extract: 0.08 }, price: { input: 0.15, cachedInput: 0.075, output: 0.6 }, failureShare: 0.006, callsPerMinute: null },
  // prettier-ignore
  { ...CLOUD, providerId: 'swift', model: 'open-70b', contextTokens: 128_000, firstTokenMs: 240, msPerPromptToken: 0.02, firstTokenSpread: 0.35, tokensPerSecond: 250, wordiness: 1, skill: 0.72, talents: { write: -0.05 }, price: { input: 0.59, cachedInput: 0.59, output: 0.79 }, failureShare: 0.01, callsPerMinute: 30 },
  // prettier-ignore
  { ...CLOUD, providerId: 'south', model: 'clever', contextTokens: 200_000, firstTokenMs: 620, msPerPromptToken: 0.05, firstTokenSpread: 0.35, tokensPerSecond: 100, wordiness: 1.1, skill: 0.84, talents: { agent: 0.05 }, price: { input: 1, cachedInput: 0.1, output: 5 }, failureShare: 0.006, callsPerMinute: null },
  // prettier-ignore
  { ...CLOUD, providerId: 'south', model: 'grand', contextTokens: 200_000, firstTokenMs: 900, msPerPromptToken: 0.06, firstTokenSpread: 0.4, tokensPerSecond: 65, wordiness: 1.2, skill: 1.02, talents: { agent: 0.05 }, price: { input: 3, cachedInput: 0.3, output: 15 }, failureShare: 0.006, callsPerMinute: null },
];
