import type { Settings } from '../../../../src-shared/settings.ts';
import type { ShadowLesson } from '../../optimizer/shadow-lesson.ts';
import type { Clock } from '../../ports.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import type { KeptPrompts } from '../kept/kept-prompts.ts';
import type { ShadowBook } from './shadow-book.ts';

/** Who learns from judged answers. */
export interface ShadowLearner {
  /** Given in the order of their places. False: learning is off, and the lesson shall be offered again. */
  learnShadow(lesson: ShadowLesson): boolean;
  /** All lessons up to this place were learned, or shall not be. */
  readonly shadowLearnedUntil: number;
}

/** What shadow evaluation is made from. */
export interface ShadowParts {
  clock: Pick<Clock, 'nowMs'>;
  settings: () => Settings;
  /** All that can be called. */
  endpoints: () => readonly Endpoint[];
  /** Why a model cannot run now; null: it can. */
  blocked: (endpoint: Endpoint) => string | null;
  kept: Pick<KeptPrompts, 'list' | 'read' | 'seal' | 'unseal'>;
  book: ShadowBook;
  learner: ShadowLearner;
}
