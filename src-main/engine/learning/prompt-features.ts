import { countGrams } from './count-grams.ts';
import { scanPrompt } from './scan-prompt.ts';
import { toShape } from './prompt-shape.ts';

/** What the learner sees of a prompt: hashes and counts, from which the text cannot be read back. Not to be changed. */
export interface PromptFeatures {
  /** Words, pairs of neighbouring words, opening and closing words as 18-bit hashes, ascending, each once. */
  readonly grams: Uint32Array;
  /** 1 + ln(how often it occurs), beside `grams`. */
  readonly counts: Float32Array;
  /** `SHAPE_SIZE` figures of form: lengths, shares of kinds of characters, marks of code, mathematics, questions. */
  readonly shape: Float32Array;
}

const HEAD_UNITS = 2600;
const TAIL_UNITS = 1400;

/**
 * Any text, the empty one and broken Unicode too; the same text gives the same features. Of a long text only the first
 * 2,600 and the last 1,400 code units are read: the task stands at the beginning or at the end, and the cost stays bounded.
 */
export function readPrompt(text: string): PromptFeatures {
  const read =
    text.length > HEAD_UNITS + TAIL_UNITS ? `${text.slice(0, HEAD_UNITS)}\n${text.slice(-TAIL_UNITS)}` : text;
  const scan = scanPrompt(read);
  return { ...countGrams(scan.grams), shape: toShape(scan) };
}
