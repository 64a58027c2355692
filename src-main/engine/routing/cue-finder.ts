import { createLetterMachine, MACHINE_UNITS, toLowerUnit, type LetterMachine } from './letter-machine.ts';
import { literalBeginnings } from './literal-beginnings.ts';

/** Beside the bits of the patterns: the text has a code unit from Cyrillic on. */
export const HAS_FAR_UNIT = 1 << 15;
const CYRILLIC = 0x400;
const LATIN_EXTENDED = 0x100;
/** The only letter whose lower case is longer: a cue can end in the middle of it. */
const DOTTED_I = '\u0130';

/** Of such letters cues are made. Greater ones count as borders: a pattern is rather tried in vain than left out. */
const CUE_LETTERS = /^\p{L}[\0-\u01ff]*$/u;

/**
 * Tells in one pass over a text which of a few patterns can match its lower case at all, so that the others need not be tried:
 * those of which a literal beginning stands where a word may begin.
 */
export class CueFinder {
  readonly #machine: LetterMachine;

  /** The bit of a pattern is its place among them. */
  constructor(patterns: readonly string[]) {
    const texts = new Map<string, number>();
    for (const [place, pattern] of patterns.entries()) {
      for (const text of literalBeginnings(pattern)) {
        if (!CUE_LETTERS.test(text)) throw new Error(`${pattern} begins with ${text === '' ? 'anything' : text}`);
        texts.set(text, (texts.get(text) ?? 0) | (1 << place));
      }
    }
    this.#machine = createLetterMachine({ texts, fold: toLowerUnit, isInWord });
  }

  /** Bits of the patterns that may match. */
  find(text: string): number {
    const { columns, beyond, rows, root } = this.#machine;
    let found = 0;
    let seen = 0;
    let row = root;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      seen |= unit;
      row = rows[row + (unit < MACHINE_UNITS ? (columns[unit] ?? beyond) : beyond)] ?? root;
      found |= rows[row] ?? 0;
    }
    if (seen >= LATIN_EXTENDED && text.includes(DOTTED_I)) return this.find(text.toLowerCase());
    return seen < CYRILLIC ? found : found | HAS_FAR_UNIT;
  }
}

function isInWord(unit: number): boolean {
  return unit < 0x200 && /[\p{L}\d]/u.test(String.fromCharCode(unit));
}
