import { toTerms } from './gram-terms.ts';
import { fillShape, SHAPE_SIZE } from './prompt-shape.ts';
import { mostGrams, readGrams } from './read-grams.ts';
import { scanPrompt } from './scan-prompt.ts';

/**
 * What the learner sees of a prompt: hashes and counts, from which the text cannot be read back. Not to be changed. Plain
 * arrays, because every request makes them: memory outside V8's heap costs several times as much to get and to give back.
 */
export interface PromptFeatures {
  /** Words, pairs of neighbouring words, opening and closing words: see `gram-terms.ts`; ascending, each gram once. */
  readonly terms: readonly number[];
  /** `SHAPE_SIZE` figures of form: lengths, shares of kinds of characters, marks of code, mathematics, questions. */
  readonly shape: readonly number[];
}

const HEAD_UNITS = 2600;
const TAIL_UNITS = 1400;
const MOST_WORDS = (HEAD_UNITS + TAIL_UNITS + 2) >> 1;

/** Room for the text that is being read. */
const grams = new Uint32Array(mostGrams(MOST_WORDS));
const shape = new Array<number>(SHAPE_SIZE).fill(0.5);

/**
 * Any text, the empty one and broken Unicode too; the same text gives the same features. Of a long text only the first
 * 2,600 and the last 1,400 code units are read: the task stands at the beginning or at the end, and the cost stays bounded.
 */
export function readPrompt(text: string): PromptFeatures {
  const read =
    text.length > HEAD_UNITS + TAIL_UNITS ? `${text.slice(0, HEAD_UNITS)}\n${text.slice(-TAIL_UNITS)}` : text;
  const scan = scanPrompt(read);
  const count = readGrams(scan.hashes, scan.words, grams);
  fillShape(scan, shape);
  return { terms: toTerms(grams, count), shape: shape.slice() };
}
