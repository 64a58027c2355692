import type { EndpointChange } from '../simulation/world.ts';
import { USUAL_HABITS, type Habits } from '../simulation/habits.ts';
import { idOf, type SimulatedModel } from '../simulation/simulated-model.ts';
import type { SimulatedTask } from '../simulation/simulated-task.ts';

/** Every task is as hard as this, so that a model's quality is one number. */
export const DIFFICULTY = 0.5;

const CLOUD = {
  track: 'cloud',
  sizeBytes: null,
  contextTokens: 128_000,
  msPerPromptToken: 0.03,
  firstTokenSpread: 0.35,
  loadMs: 0,
  wordiness: 1,
  talents: {},
  failureShare: 0.004,
  callsPerMinute: null,
  watts: 0,
} as const;

/** Good in nine of ten cases, quicker and cheaper than the next: the best by far as long as nothing happens to it. */
const FAVOURITE: SimulatedModel = {
  ...CLOUD,
  providerId: 'north',
  model: 'first',
  firstTokenMs: 1_000,
  tokensPerSecond: 60,
  skill: DIFFICULTY + 0.337,
  price: { input: 1, cachedInput: 0.1, output: 5 },
};

/** Eight of ten. */
const SECOND: SimulatedModel = {
  ...CLOUD,
  providerId: 'south',
  model: 'second',
  firstTokenMs: 1_400,
  tokensPerSecond: 50,
  skill: DIFFICULTY + 0.21,
  price: { input: 1.5, cachedInput: 0.15, output: 7 },
};

/** Seven of ten, free, and slow on this machine. */
const LOCAL: SimulatedModel = {
  ...CLOUD,
  providerId: 'ollama',
  model: 'small:8b',
  track: 'local',
  sizeBytes: 5e9,
  contextTokens: 32_000,
  firstTokenMs: 250,
  msPerPromptToken: 2,
  tokensPerSecond: 25,
  loadMs: 4_000,
  skill: DIFFICULTY + 0.13,
  price: null,
  watts: 32,
};

export const MODELS = [FAVOURITE, SECOND, LOCAL];
export const CHANGED = idOf(FAVOURITE);

/** Somebody rates every answer, and means it. */
const ALL_RATED: Habits = { rates: 1, ratesRightly: 1, asksAgain: { bad: 0, good: 0 }, hangsUp: { bad: 0, good: 0 } };
/** Nobody rates: some ask again or hang up, and some bad answers are seen to be bad. */
const NONE_RATED: Habits = { ...USUAL_HABITS, rates: 0 };

const WORDS = ['chat', 'write', 'translate', 'code'] as const;
const STRUCTURED = ['extract'] as const;

export interface Scenario {
  name: string;
  /** How it can be noticed. */
  noticedBy: string;
  /** The others are shown for comparison: of bad answers, less than a third show. */
  isJudged: boolean;
  change: EndpointChange;
  kinds: readonly SimulatedTask['kind'][];
  habits: Habits;
}

const WORSE = { name: 'quality 0.9 to 0.4', change: { quality: 4 / 9 } };

export const SCENARIOS: readonly Scenario[] = [
  { ...WORSE, noticedBy: 'ratings', isJudged: true, kinds: WORDS, habits: ALL_RATED },
  { ...WORSE, noticedBy: 'broken structure', isJudged: false, kinds: STRUCTURED, habits: NONE_RATED },
  { ...WORSE, noticedBy: 'usual habits', isJudged: false, kinds: WORDS, habits: USUAL_HABITS },
  {
    name: 'three times slower',
    noticedBy: 'its calls',
    isJudged: true,
    change: { slowness: 3 },
    kinds: WORDS,
    habits: USUAL_HABITS,
  },
  {
    name: 'five times dearer',
    noticedBy: 'its prices',
    isJudged: true,
    change: { price: 5 },
    kinds: WORDS,
    habits: USUAL_HABITS,
  },
];
