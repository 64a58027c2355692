import type { PriorVariances } from './weight-table.ts';

/** Found on replayed traffic: docs/decisions/006-quality-learner.md. */
export interface LearnerOptions {
  readonly sharedPrior: PriorVariances;
  readonly armPrior: PriorVariances;
  readonly sharedBits: number;
  readonly armBits: number;
  /** Arms beyond these learn their level and form weights only, no text weights: memory stays bounded. */
  readonly mostTextArms: number;
}

export const LEARNER_OPTIONS: LearnerOptions = {
  sharedPrior: { gram: 3, shape: 1, constant: 1 },
  armPrior: { gram: 0.75, shape: 0.25, constant: 0.5 },
  sharedBits: 18,
  armBits: 15,
  mostTextArms: 32,
};

/** The same with weights of words that move faster or slower by this factor. */
export function withWordPace(pace: number): LearnerOptions {
  const { sharedPrior, armPrior } = LEARNER_OPTIONS;
  return {
    ...LEARNER_OPTIONS,
    sharedPrior: { ...sharedPrior, gram: sharedPrior.gram * pace },
    armPrior: { ...armPrior, gram: armPrior.gram * pace },
  };
}
