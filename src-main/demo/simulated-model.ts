import type { QuestionKind } from './known-questions.ts';

/** How a simulated model behaves. Times are those of an unloaded machine; each reply varies by a fifth either way. */
export interface SimulatedModel {
  /** Begins with `sim-`, so that no list and no record takes it for a real one. */
  name: string;
  kind: 'text' | 'embedding';
  /** Share of questions with a known answer that it gets right, by their kind. */
  accuracy: Readonly<Record<QuestionKind, number>>;
  /** Share of its JSON that it puts between backticks, as small models like to, so that no program can read it. */
  fencedJson: number;
  timeToFirstTokenMs: number;
  tokensPerSecond: number;
  /** To bring the weights into memory; 0 where there is nothing to load. */
  loadMs: number;
  contextTokens: number;
  /** Nominal bytes of the weights. */
  sizeBytes: number;
  parameters: string;
  /** Thinks before it answers unless told not to. */
  thinks: boolean;
  /** What identifies the weights; absent: made from the name. */
  digest?: string;
  /** How fast prompts are read; absent: at once, whatever their length. */
  promptTokensPerSecond?: number;
  /** All replies take their time exactly. */
  isSteady?: boolean;
}

const GIB = 2 ** 30;

const EMBEDDING = {
  kind: 'embedding',
  accuracy: { sum: 1, fact: 1 },
  fencedJson: 0,
  tokensPerSecond: 1000,
  thinks: false,
} as const;

/** Free, slow and not always right. */
export const LOCAL_MODELS: readonly SimulatedModel[] = [
  {
    name: 'sim-llama:3b',
    kind: 'text',
    accuracy: { sum: 0.5, fact: 0.99 },
    fencedJson: 0.6,
    timeToFirstTokenMs: 350,
    tokensPerSecond: 60,
    loadMs: 900,
    contextTokens: 8192,
    sizeBytes: 2 * GIB,
    parameters: '3.2B',
    thinks: false,
  },
  {
    name: 'sim-qwen:8b',
    kind: 'text',
    accuracy: { sum: 0.7, fact: 0.99 },
    fencedJson: 0.1,
    timeToFirstTokenMs: 600,
    tokensPerSecond: 35,
    loadMs: 3500,
    contextTokens: 32_768,
    sizeBytes: 5 * GIB,
    parameters: '8.2B',
    thinks: true,
  },
  {
    ...EMBEDDING,
    name: 'sim-embed:small',
    timeToFirstTokenMs: 40,
    loadMs: 200,
    contextTokens: 2048,
    sizeBytes: GIB / 4,
    parameters: '137M',
  },
];

/** Fast, nearly always right, and priced. */
export const CLOUD_MODELS: readonly SimulatedModel[] = [
  {
    name: 'sim-cloud-large',
    kind: 'text',
    accuracy: { sum: 0.98, fact: 0.99 },
    fencedJson: 0,
    timeToFirstTokenMs: 220,
    tokensPerSecond: 110,
    loadMs: 0,
    contextTokens: 200_000,
    sizeBytes: 0,
    parameters: '',
    thinks: false,
  },
  {
    name: 'sim-cloud-mini',
    kind: 'text',
    accuracy: { sum: 0.9, fact: 0.97 },
    fencedJson: 0,
    timeToFirstTokenMs: 120,
    tokensPerSecond: 180,
    loadMs: 0,
    contextTokens: 128_000,
    sizeBytes: 0,
    parameters: '',
    thinks: false,
  },
  {
    ...EMBEDDING,
    name: 'sim-cloud-embed',
    timeToFirstTokenMs: 60,
    loadMs: 0,
    contextTokens: 8192,
    sizeBytes: 0,
    parameters: '',
  },
];

/** USD per million tokens, in the range of what such models cost. */
export const CLOUD_PRICES: Readonly<Record<string, { input: number; output: number; cachedInput: number | null }>> = {
  'sim-cloud-large': { input: 3, output: 15, cachedInput: 0.3 },
  'sim-cloud-mini': { input: 0.2, output: 0.8, cachedInput: 0.02 },
  'sim-cloud-embed': { input: 0.02, output: 0, cachedInput: null },
};
