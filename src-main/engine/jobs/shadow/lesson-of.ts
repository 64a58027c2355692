import type { ShadowLesson } from '../../optimizer/shadow-lesson.ts';
import type { KeptPrompt } from '../kept/kept-prompts.ts';
import { likelihoodOfGood, weightOfVerdict } from './judge/weigh-verdict.ts';
import type { PairRecord } from './records.ts';
import type { ShadowBook } from './shadow-book.ts';
import { valueOf } from './summarise-model.ts';

/** What an exact comparison teaches; null: nothing. */
export function exactLesson(pair: PairRecord, prompt: KeptPrompt): ShadowLesson | null {
  return pair.exact === null ? null : toLesson(pair, prompt, { quality: pair.exact, weight: 1 });
}

/** What a pair teaches, whoever judged it; null: nothing. */
export function lessonOf(book: ShadowBook, pair: PairRecord, prompt: KeptPrompt): ShadowLesson | null {
  if (pair.exact !== null) return exactLesson(pair, prompt);
  const judged = worthOf(book, pair);
  return judged === null ? null : toLesson(pair, prompt, judged);
}

/** By the last look that came to a verdict, of a judge that can be believed; null: there is none. */
export function worthOf(book: ShadowBook, pair: PairRecord): { quality: number; weight: number } | null {
  const look = pair.judged.findLast(({ value }) => value !== 0.5);
  if (look === undefined) return null;
  const quality = book.judgeQuality(look.judge);
  const weight = quality.usable ? weightOfVerdict(look.value, quality) : 0;
  if (weight === 0) return null;
  return { quality: likelihoodOfGood(look.value, quality, usualQuality(book, pair.endpoint)), weight };
}

/** Of the model's answers so far, drawn to one half while they are few; never quite 0 or 1. */
function usualQuality(book: ShadowBook, endpoint: string): number {
  let [sum, count] = [1, 2];
  for (const pair of book.pairs) {
    const found = pair.endpoint === endpoint ? valueOf(book, pair) : null;
    if (found === null) continue;
    sum += found.value;
    count += 1;
  }
  return Math.min(0.95, Math.max(0.05, sum / count));
}

function toLesson(
  { endpoint, lesson }: PairRecord,
  prompt: KeptPrompt,
  worth: { quality: number; weight: number },
): ShadowLesson | null {
  if (lesson === null) return null;
  return { request: prompt.request, endpointId: endpoint, acceptedFrom: prompt.endpoint, place: lesson, ...worth };
}
