import { createSeededRandom } from '../../src-main/demo/seeded-random.ts';
import type { SimulatedTask } from './simulated-task.ts';

/** How people show what they think of an answer. Shares of answers; the rest is silence. */
export interface Habits {
  /** Rate an answer by a button… */
  rates: number;
  /** …and mean it. */
  ratesRightly: number;
  /** Ask the same again within a minute. */
  asksAgain: { bad: number; good: number };
  /** Leave just after the first words. */
  hangsUp: { bad: number; good: number };
}

/** Few people rate; some bad answers are asked for again or left. Assumptions, on the careful side. */
export const USUAL_HABITS: Habits = {
  rates: 0.06,
  ratesRightly: 0.95,
  asksAgain: { bad: 0.15, good: 0.005 },
  hangsUp: { bad: 0.06, good: 0.005 },
};

/** What a person does about the answer to one task. Decided by the seed and the task, whoever answers. */
export interface Reaction {
  /** null: stays. */
  hangsUpAfterMs: (isGood: boolean) => number | null;
  /** null: does not rate. */
  rating: (isGood: boolean) => { quality: number; afterMs: number } | null;
  /** null: does not ask again. */
  asksAgainAfterMs: (isGood: boolean) => number | null;
}

const NOBODY: Reaction = { hangsUpAfterMs: () => null, rating: () => null, asksAgainAfterMs: () => null };

export function reactionOf(task: SimulatedTask, habits: Habits, seed: number): Reaction {
  if (!task.hasPerson) return NOBODY;
  const uniform = createSeededRandom('person', seed, task.id);
  const [rates, isRight, again, leaves] = [uniform(), uniform() < habits.ratesRightly, uniform(), uniform()];
  const [soonMs, laterMs, againMs] = [300 + 1_000 * uniform(), 4_000 + 40_000 * uniform(), 12_000 + 40_000 * uniform()];
  return {
    hangsUpAfterMs: (isGood) => (leaves < habits.hangsUp[wordFor(isGood)] ? soonMs : null),
    rating: (isGood) => (rates < habits.rates ? { quality: isGood === isRight ? 1 : 0, afterMs: laterMs } : null),
    asksAgainAfterMs: (isGood) => (again < habits.asksAgain[wordFor(isGood)] ? againMs : null),
  };
}

function wordFor(isGood: boolean): 'good' | 'bad' {
  return isGood ? 'good' : 'bad';
}
