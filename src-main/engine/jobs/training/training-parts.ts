import type { Settings } from '../../../../src-shared/settings.ts';
import type { PromptFeatures } from '../../learning/prompt-features.ts';
import type { Clock } from '../../ports.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { LoggedDecision } from '../../store/logged-decisions.ts';
import type { JobResults } from '../job-kind.ts';

/** The log of decisions, oldest first, in portions of any size. */
export interface DecisionLog {
  read(range: { sinceMs: number; limit: number }): AsyncIterable<readonly LoggedDecision[]>;
}

/** What the learner would see of prompts that are kept. */
export interface PromptMemory {
  /** Is it kept? As it was when a run began. */
  has(requestId: string): boolean;
  /** null: that prompt is not kept, or not any more. Takes up to 3 ms. */
  read(requestId: string): PromptFeatures | null;
  /** Nothing more is wanted for now. */
  forget(): void;
}

/** What offline training is made from. */
export interface TrainingParts {
  clock: Pick<Clock, 'nowMs'>;
  settings: () => Settings;
  /** All that are known; decisions on others teach nothing for now. */
  endpoints: () => readonly Endpoint[];
  /** USD per million output tokens; null: unknown. */
  outputPriceOf: (endpoint: Endpoint) => number | null;
  log: DecisionLog;
  prompts: PromptMemory;
  results: JobResults;
}
