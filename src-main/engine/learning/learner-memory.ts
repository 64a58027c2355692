import { DENSE_SIZE } from './dense-size.ts';
import type { LearnedArm } from './learned-arm.ts';
import { PromptScaler } from './prompt-scaler.ts';
import type { LearnerOptions } from './learner-options.ts';
import { TextTrust } from './text-trust.ts';
import { UsualLogit } from './usual-logit.ts';
import { WeightTable } from './weight-table.ts';

/** All that was learned. */
export interface LearnerMemory {
  readonly scaler: PromptScaler;
  readonly shared: WeightTable;
  /** Of the shared part alone, of all prompts. */
  readonly usual: UsualLogit;
  readonly trust: TextTrust;
  readonly arms: Map<string, LearnedArm>;
  /** Outcomes of all arms. */
  outcomes: number;
  /** The teacher's own: how far it has come. */
  mark: number;
}

export function createLearnerMemory(options: LearnerOptions): LearnerMemory {
  const shared = new WeightTable({ bits: options.sharedBits, dense: DENSE_SIZE, prior: options.sharedPrior });
  return {
    ...{ scaler: new PromptScaler(), shared, usual: new UsualLogit(), trust: new TextTrust() },
    ...{ arms: new Map<string, LearnedArm>(), outcomes: 0, mark: 0 },
  };
}
