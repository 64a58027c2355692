import { KIND, KIND_COUNT, kindOf, LAST_WORD_KIND } from './character-kinds.ts';
import { addUnit, EMPTY_HASH, mixBits } from './hash-text.ts';

/** Hashes of grams have this many bits: 2^18 places keep collisions rare for the vocabulary of one person's traffic. */
export const GRAM_BITS = 18;
const GRAM_MASK = 2 ** GRAM_BITS - 1;

const PAIR_FACTOR = 0x9e3779b1;
const LOWER_CASE = 32;
const LONG_WORD = 9;
const SHORT_WORD = 3;

/** What one pass over a text counts. */
export interface PromptScan {
  /** Words and pairs of neighbouring words, hashed, in reading order. */
  grams: number[];
  units: number;
  /** By `KIND`. */
  kinds: Uint32Array;
  words: number;
  wordUnits: number;
  longestWord: number;
  longWords: number;
  shortWords: number;
  capitalWords: number;
  numbers: number;
  /** "not", "except", "never", "no": questions asked the other way round. */
  negations: number;
  longestLine: number;
  lastLine: number;
}

const NEGATIONS: ReadonlySet<number> = new Set(['not', 'except', 'never', 'no'].map(hashWord));

function hashWord(word: string): number {
  let hash = EMPTY_HASH;
  for (let at = 0; at < word.length; at += 1) hash = addUnit(hash, word.charCodeAt(at));
  return mixBits(hash);
}

/** The word that is being read. */
interface OpenWord {
  hash: number;
  units: number;
  digits: number;
  capital: boolean;
  /** Hash of the word before, 0 at the beginning. */
  before: number;
}

/** One pass, character by character: no regular expression, no strings made. */
export function scanPrompt(text: string): PromptScan {
  const scan = emptyScan(text.length);
  const word: OpenWord = { hash: EMPTY_HASH, units: 0, digits: 0, capital: false, before: 0 };
  let line = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const kind = kindOf(unit);
    scan.kinds[kind] = (scan.kinds[kind] ?? 0) + 1;
    if (kind <= LAST_WORD_KIND) {
      if (word.units === 0) word.capital = kind === KIND.capital;
      if (kind === KIND.digit) word.digits += 1;
      word.hash = addUnit(word.hash, kind === KIND.capital ? unit + LOWER_CASE : unit);
      word.units += 1;
    } else if (word.units > 0) closeWord(scan, word);
    line = kind === KIND.newline ? closeLine(scan, line) : line + 1;
  }
  if (word.units > 0) closeWord(scan, word);
  closeLine(scan, line);
  return scan;
}

function closeWord(scan: PromptScan, word: OpenWord): void {
  const hash = mixBits(word.hash);
  scan.grams.push(hash & GRAM_MASK);
  if (word.before !== 0)
    scan.grams.push(mixBits(Math.imul(word.before, 31) ^ Math.imul(hash, PAIR_FACTOR)) & GRAM_MASK);
  scan.words += 1;
  scan.wordUnits += word.units;
  scan.longestWord = Math.max(scan.longestWord, word.units);
  if (word.units >= LONG_WORD) scan.longWords += 1;
  if (word.units <= SHORT_WORD) scan.shortWords += 1;
  if (word.capital) scan.capitalWords += 1;
  if (word.digits === word.units) scan.numbers += 1;
  if (NEGATIONS.has(hash)) scan.negations += 1;
  word.before = hash;
  word.hash = EMPTY_HASH;
  word.units = 0;
  word.digits = 0;
}

function closeLine(scan: PromptScan, units: number): number {
  scan.longestLine = Math.max(scan.longestLine, units);
  scan.lastLine = units;
  return 0;
}

function emptyScan(units: number): PromptScan {
  const kinds = new Uint32Array(KIND_COUNT);
  return {
    ...{ grams: [], units, kinds, words: 0, wordUnits: 0, longestWord: 0, longWords: 0, shortWords: 0 },
    ...{ capitalWords: 0, numbers: 0, negations: 0, longestLine: 0, lastLine: 0 },
  };
}
