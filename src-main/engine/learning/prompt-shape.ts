import { KIND } from './character-kinds.ts';
import { logOnePlus } from './log-one-plus.ts';
import type { PromptScan } from './scan-prompt.ts';

/** Kinds of characters whose share of the text is a figure each… */
const SHARES = [
  ...[KIND.capital, KIND.digit, KIND.foreign, KIND.space, KIND.newline, KIND.operator, KIND.code],
  KIND.other,
];
/** …and those that are counted. */
const COUNTS = [
  ...[KIND.newline, KIND.question, KIND.dollar, KIND.underscore, KIND.colon, KIND.comma, KIND.stop],
  ...[KIND.parenthesis, KIND.quote, KIND.operator, KIND.code],
];
const FIRST_FIGURES = 15;

export const SHAPE_SIZE = FIRST_FIGURES + SHARES.length + COUNTS.length;

/**
 * Form, not content: what tells code from prose and a long exercise from a short question. Scaled by the learner. Fills
 * `into`, which has room for `SHAPE_SIZE` figures.
 */
export function fillShape(scan: PromptScan, into: number[]): void {
  const { kinds } = scan;
  const units = Math.max(1, scan.units);
  fillFirst(scan, into);
  let at = FIRST_FIGURES;
  for (const kind of SHARES) into[at++] = Math.fround((kinds[kind] ?? 0) / units);
  for (const kind of COUNTS) into[at++] = logOnePlus(kinds[kind] ?? 0);
}

function fillFirst(scan: PromptScan, into: number[]): void {
  const { kinds } = scan;
  const words = Math.max(1, scan.words);
  into[0] = logOnePlus(scan.units);
  into[1] = logOnePlus(scan.words);
  into[2] = Math.fround(scan.wordUnits / words);
  into[3] = scan.longestWord;
  into[4] = logOnePlus(scan.longestLine);
  into[5] = logOnePlus(scan.lastLine);
  into[6] = logOnePlus(scan.numbers);
  into[7] = Math.fround(scan.numbers / words);
  into[8] = Math.fround(scan.longWords / words);
  into[9] = Math.fround(scan.shortWords / words);
  into[10] = Math.fround(scan.capitalWords / words);
  into[11] = scan.negations > 0 ? 1 : 0;
  into[12] = (kinds[KIND.question] ?? 0) > 0 ? 1 : 0;
  into[13] = (kinds[KIND.digit] ?? 0) > 0 ? 1 : 0;
  into[14] = Math.fround((kinds[KIND.comma] ?? 0) / words);
}
