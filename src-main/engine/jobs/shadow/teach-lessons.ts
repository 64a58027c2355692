import type { ShadowLesson } from '../../optimizer/shadow-lesson.ts';
import { lessonOf } from './lesson-of.ts';
import type { ShadowLearner, ShadowParts } from './shadow-parts.ts';

/**
 * Gives the learner what it does not know yet: lessons are given when they are committed, but the learner saves what it knows
 * some seconds later, and learning may have been off. What it has learned is remembered with what it knows, so nothing counts
 * twice. Prompts that are gone by now teach nothing. False: the learner does not want to learn now, and some are left.
 */
export async function teachMissed(
  { book, kept, learner }: Pick<ShadowParts, 'book' | 'kept' | 'learner'>,
  breathe: () => Promise<void>,
): Promise<boolean> {
  await book.open(breathe);
  const until = learner.shadowLearnedUntil;
  const missed = [...book.pairs].filter(({ lesson }) => lesson !== null && lesson > until);
  missed.sort((one, other) => (one.lesson ?? 0) - (other.lesson ?? 0));
  for (const pair of missed) {
    const prompt = kept.read(pair.requestId);
    const lesson = prompt === null ? null : lessonOf(book, pair, prompt);
    if (lesson !== null && !learner.learnShadow(lesson)) return false;
    await breathe();
  }
  return true;
}

/**
 * A learner that is given nothing while an earlier lesson is missing: the place of the last one is all that is remembered,
 * so what was passed over would be lost. At first an earlier process may have taken some along that were not saved yet.
 */
export class LessonsInOrder implements ShadowLearner {
  readonly #parts: ShadowParts;
  #isBehind = true;

  constructor(parts: ShadowParts) {
    this.#parts = parts;
  }

  get shadowLearnedUntil(): number {
    return this.#parts.learner.shadowLearnedUntil;
  }

  learnShadow(lesson: ShadowLesson): boolean {
    this.#isBehind ||= !this.#parts.learner.learnShadow(lesson);
    return !this.#isBehind;
  }

  /** To be called before each unit. */
  async catchUp(breathe: () => Promise<void>): Promise<void> {
    if (this.#isBehind) this.#isBehind = !(await teachMissed(this.#parts, breathe));
  }
}
