import { KIND } from './character-kinds.ts';
import type { PromptScan } from './scan-prompt.ts';

type Figure = (scan: PromptScan) => number;

const count =
  (kind: number): Figure =>
  (scan) =>
    Math.log1p(scan.kinds[kind] ?? 0);
const share =
  (kind: number): Figure =>
  (scan) =>
    (scan.kinds[kind] ?? 0) / Math.max(1, scan.units);
const ofWords =
  (figure: Figure): Figure =>
  (scan) =>
    figure(scan) / Math.max(1, scan.words);
const has =
  (figure: Figure): Figure =>
  (scan) =>
    figure(scan) > 0 ? 1 : 0;
const log =
  (figure: Figure): Figure =>
  (scan) =>
    Math.log1p(figure(scan));

/** Form, not content: what tells code from prose and a long exercise from a short question. Scaled by the learner. */
const FIGURES: readonly Figure[] = [
  log((scan) => scan.units),
  log((scan) => scan.words),
  ofWords((scan) => scan.wordUnits),
  (scan) => scan.longestWord,
  log((scan) => scan.longestLine),
  log((scan) => scan.lastLine),
  log((scan) => scan.numbers),
  ofWords((scan) => scan.numbers),
  ofWords((scan) => scan.longWords),
  ofWords((scan) => scan.shortWords),
  ofWords((scan) => scan.capitalWords),
  has((scan) => scan.negations),
  has((scan) => scan.kinds[KIND.question] ?? 0),
  has((scan) => scan.kinds[KIND.digit] ?? 0),
  ofWords((scan) => scan.kinds[KIND.comma] ?? 0),
  ...[KIND.capital, KIND.digit, KIND.foreign, KIND.space, KIND.newline, KIND.operator, KIND.code].map(share),
  share(KIND.other),
  ...[KIND.newline, KIND.question, KIND.dollar, KIND.underscore, KIND.colon, KIND.comma, KIND.stop].map(count),
  ...[KIND.parenthesis, KIND.quote, KIND.operator, KIND.code].map(count),
];

export const SHAPE_SIZE = FIGURES.length;

/** Fills `into`, which has room for `SHAPE_SIZE` figures. */
export function fillShape(scan: PromptScan, into: Float32Array): void {
  for (let at = 0; at < SHAPE_SIZE; at += 1) into[at] = FIGURES[at]?.(scan) ?? 0;
}
