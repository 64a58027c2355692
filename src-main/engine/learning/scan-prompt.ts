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
  /**
   * Words and pairs of neighbouring words in reading order, then how the text begins and ends; hashed. A view of room that
   * the next scan writes over.
   */
  grams: Uint32Array;
  gramCount: number;
  units: number;
  /** By `KIND`. */
  kinds: number[];
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
  /** Hashes of the two words before, 0 where there is none. */
  before: number;
  beforeLast: number;
  /** Of the words so far, while they are the first three. */
  opening: number;
}

/** The first one, two and three words are a gram each, and so are the last one and two: instructions stand there. */
const OPENING_WORDS = 3;
const OPENING_HASH = 0x3c6ef372;
const CLOSING_HASH = 0x78dde6e4;

/** One pass, character by character: no regular expression, no strings made. */
export function scanPrompt(text: string): PromptScan {
  const scan = emptyScan(text.length);
  const word: OpenWord = {
    hash: EMPTY_HASH,
    units: 0,
    digits: 0,
    capital: false,
    before: 0,
    beforeLast: 0,
    opening: OPENING_HASH,
  };
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
  pushClosing(scan, word);
  return scan;
}

function closeWord(scan: PromptScan, word: OpenWord): void {
  const hash = mixBits(word.hash);
  pushGram(scan, hash);
  if (word.before !== 0) pushGram(scan, joinHashes(word.before, hash));
  scan.words += 1;
  scan.wordUnits += word.units;
  scan.longestWord = Math.max(scan.longestWord, word.units);
  if (word.units >= LONG_WORD) scan.longWords += 1;
  if (word.units <= SHORT_WORD) scan.shortWords += 1;
  if (word.capital) scan.capitalWords += 1;
  if (word.digits === word.units) scan.numbers += 1;
  if (NEGATIONS.has(hash)) scan.negations += 1;
  if (scan.words <= OPENING_WORDS) {
    word.opening = joinHashes(word.opening, hash);
    pushGram(scan, word.opening);
  }
  word.beforeLast = word.before;
  word.before = hash;
  word.hash = EMPTY_HASH;
  word.units = 0;
  word.digits = 0;
}

function pushClosing(scan: PromptScan, word: OpenWord): void {
  if (word.before === 0) return;
  const last = joinHashes(CLOSING_HASH, word.before);
  pushGram(scan, last);
  if (word.beforeLast !== 0) pushGram(scan, joinHashes(last, word.beforeLast));
}

function joinHashes(one: number, other: number): number {
  return mixBits(Math.imul(one, 31) ^ Math.imul(other, PAIR_FACTOR));
}

function closeLine(scan: PromptScan, units: number): number {
  scan.longestLine = Math.max(scan.longestLine, units);
  scan.lastLine = units;
  return 0;
}

/** Grams of the text that is being read; grows to the longest one and is used again and again. */
let room = new Uint32Array(1024);

function pushGram(scan: PromptScan, hash: number): void {
  if (scan.gramCount === room.length) {
    const larger = new Uint32Array(2 * room.length);
    larger.set(room);
    room = scan.grams = larger;
  }
  room[scan.gramCount] = hash & GRAM_MASK;
  scan.gramCount += 1;
}

function emptyScan(units: number): PromptScan {
  return {
    grams: room,
    gramCount: 0,
    units,
    kinds: new Array<number>(KIND_COUNT).fill(0),
    words: 0,
    wordUnits: 0,
    longestWord: 0,
    longWords: 0,
    shortWords: 0,
    capitalWords: 0,
    numbers: 0,
    negations: 0,
    longestLine: 0,
    lastLine: 0,
  };
}
