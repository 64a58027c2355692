import { KIND, KIND_COUNT, kindOf, LAST_WORD_KIND } from './character-kinds.ts';
import { addUnit, EMPTY_HASH, mixBits } from './hash-text.ts';

const LOWER_CASE = 32;
const LONG_WORD = 9;
const SHORT_WORD = 3;

/** What one pass over a text counts. One object for all texts: the next scan writes over it. */
export interface PromptScan {
  /** Hashes of the words in reading order, without regard to capitals. There are `words` of them. */
  hashes: Int32Array;
  words: number;
  units: number;
  /** By `KIND`. */
  readonly kinds: Uint32Array;
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

const [NOT, EXCEPT, NEVER, NO] = [hashWord('not'), hashWord('except'), hashWord('never'), hashWord('no')];

function hashWord(word: string): number {
  let hash = EMPTY_HASH;
  for (let at = 0; at < word.length; at += 1) hash = addUnit(hash, word.charCodeAt(at));
  return mixBits(hash);
}

/** Of the text that is being read. */
const scan: PromptScan = {
  hashes: new Int32Array(0),
  words: 0,
  units: 0,
  kinds: new Uint32Array(KIND_COUNT),
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

/** One pass, character by character: no regular expression, no strings made. */
export function scanPrompt(text: string): PromptScan {
  clear(text.length);
  const { kinds } = scan;
  let lineFrom = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind <= LAST_WORD_KIND) {
      if (kind === KIND.capital) scan.capitalWords += 1;
      // It ends before a character that is of no word, or with the text.
      at = scanWord(text, at) - 1;
      continue;
    }
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind === KIND.newline) lineFrom = closeLine(lineFrom, at);
  }
  closeLine(lineFrom, text.length);
  return scan;
}

/** Reads the word that begins at `from`; gives where it ends. */
function scanWord(text: string, from: number): number {
  const { kinds } = scan;
  const digitsBefore = kinds[KIND.digit] ?? 0;
  let hash = EMPTY_HASH;
  let letters = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const kind = kindOf(unit);
    if (kind === KIND.letter) {
      letters += 1;
      hash = addUnit(hash, unit);
      continue;
    }
    if (kind > LAST_WORD_KIND) break;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    hash = addUnit(hash, kind === KIND.capital ? unit + LOWER_CASE : unit);
  }
  kinds[KIND.letter] = (kinds[KIND.letter] ?? 0) + letters;
  if ((kinds[KIND.digit] ?? 0) - digitsBefore === at - from) scan.numbers += 1;
  closeWord(mixBits(hash), at - from);
  return at;
}

function closeWord(hash: number, units: number): void {
  scan.hashes[scan.words] = hash;
  scan.words += 1;
  scan.wordUnits += units;
  if (units > scan.longestWord) scan.longestWord = units;
  if (units >= LONG_WORD) scan.longWords += 1;
  if (units <= SHORT_WORD) scan.shortWords += 1;
  if (hash === NOT || hash === EXCEPT || hash === NEVER || hash === NO) scan.negations += 1;
}

/** Gives where the next one begins. */
function closeLine(from: number, to: number): number {
  scan.lastLine = to - from;
  if (scan.lastLine > scan.longestLine) scan.longestLine = scan.lastLine;
  return to + 1;
}

function clear(units: number): void {
  const mostWords = (units + 1) >> 1;
  if (scan.hashes.length < mostWords) scan.hashes = new Int32Array(mostWords);
  scan.words = 0;
  scan.units = units;
  scan.kinds.fill(0);
  scan.wordUnits = 0;
  scan.longestWord = 0;
  scan.longWords = 0;
  scan.shortWords = 0;
  scan.capitalWords = 0;
  scan.numbers = 0;
  scan.negations = 0;
  scan.longestLine = 0;
  scan.lastLine = 0;
}
