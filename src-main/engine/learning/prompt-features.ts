import { countGrams } from './count-grams.ts';
import { scanPrompt } from './scan-prompt.ts';
import { fillShape, SHAPE_SIZE } from './prompt-shape.ts';

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
const BYTES = 4;

/**
 * Any text, the empty one and broken Unicode too; the same text gives the same features. Of a long text only the first
 * 2,600 and the last 1,400 code units are read: the task stands at the beginning or at the end, and the cost stays bounded.
 */
export function readPrompt(text: string): PromptFeatures {
  const read =
    text.length > HEAD_UNITS + TAIL_UNITS ? `${text.slice(0, HEAD_UNITS)}\n${text.slice(-TAIL_UNITS)}` : text;
  const scan = scanPrompt(read);
  const length = scan.gramCount;
  // One piece of memory instead of six: what lies outside V8's heap costs its collector most.
  const memory = new ArrayBuffer((2 * length + SHAPE_SIZE) * BYTES);
  const shape = new Float32Array(memory, 0, SHAPE_SIZE);
  fillShape(scan, shape);
  const { grams, counts } = countGrams(scan.grams.subarray(0, length), {
    grams: new Uint32Array(memory, SHAPE_SIZE * BYTES, length),
    counts: new Float32Array(memory, (SHAPE_SIZE + length) * BYTES, length),
  });
  return { grams, counts, shape };
}
