/** What the table of columns covers. */
export const MACHINE_UNITS = 0x2200;
/** Column of what is in no text and in no word. */
const BORDER = 1;
/** Column of letters that no text has. */
const FOREIGN = 2;
const FIRST_OWN = 3;
/** Row inside of words with which no text begins. */
const NOWHERE = 0;

/**
 * Looks for texts that begin where a word does, for all of them at once (Aho and Corasick, 1975). A step for each code unit,
 * `row = rows[row + column]`, starts at `root`; then `rows[row]` has the bits of the texts that end here. There is no branch
 * in it: no processor foresees where words end, and a wrong guess costs more than several steps.
 */
export interface LetterMachine {
  /** Column of each code unit below `MACHINE_UNITS`. */
  columns: Uint8Array;
  /** Column of all the others. */
  beyond: number;
  rows: Uint16Array;
  root: number;
}

export interface LetterMachinePlan {
  /** Each with its bits. */
  texts: ReadonlyMap<string, number>;
  /** The code unit by which this one is read: of letters that count as the same, one. */
  fold: (unit: number) => number;
  /** Is a folded code unit part of a word? Behind it no text begins. */
  isInWord: (unit: number) => boolean;
}

/** What a text begins with, itself included, and the longer ones by one letter. */
interface Beginning {
  text: string;
  row: number;
  longer: Beginning[];
}

export function createLetterMachine({ texts, fold, isInWord }: LetterMachinePlan): LetterMachine {
  const own = [...new Set([...texts.keys()].join(''))].map((letter) => letter.charCodeAt(0));
  const columnOf = (unit: number) => {
    const place = own.indexOf(unit);
    return place >= 0 ? FIRST_OWN + place : isInWord(unit) ? FOREIGN : BORDER;
  };
  const width = FIRST_OWN + own.length;
  const beginnings = findBeginnings(texts.keys(), width);
  const rows = new Uint16Array((beginnings.size + 1) * width);
  if (rows.length > 0x1_0000) throw new Error('too many texts to name a row in 16 bits');
  rows[NOWHERE + BORDER] = width;
  for (const unit of own) if (!isInWord(unit)) rows[NOWHERE + columnOf(unit)] = width;
  // A row goes on like that of the longest text that may have begun later; it is shorter, and so it is ready.
  for (const { text, row, longer } of [...beginnings.values()].sort((a, b) => a.text.length - b.text.length)) {
    const later = laterBeginning(text, isInWord, beginnings)?.row ?? NOWHERE;
    rows.copyWithin(row, later, later + width);
    rows[row] = (rows[row] ?? 0) | (texts.get(text) ?? 0);
    for (const next of longer) rows[row + columnOf(next.text.charCodeAt(text.length))] = next.row;
  }
  const columns = Uint8Array.from({ length: MACHINE_UNITS }, (_, unit) => columnOf(fold(unit)));
  return { columns, beyond: columnOf(fold(MACHINE_UNITS)), rows, root: width };
}

/** The first is empty; the first row is that of `NOWHERE`. */
function findBeginnings(texts: Iterable<string>, width: number): Map<string, Beginning> {
  const root: Beginning = { text: '', row: width, longer: [] };
  const found = new Map([['', root]]);
  for (const whole of texts) {
    let before = root;
    for (let length = 1; length <= whole.length; length++) {
      const text = whole.slice(0, length);
      let next = found.get(text);
      if (next === undefined) {
        next = { text, row: (found.size + 1) * width, longer: [] };
        found.set(text, next);
        before.longer.push(next);
      }
      before = next;
    }
  }
  return found;
}

/** The longest one that the text ends with, from a word's beginning inside of it. */
function laterBeginning(
  text: string,
  isInWord: LetterMachinePlan['isInWord'],
  beginnings: ReadonlyMap<string, Beginning>,
): Beginning | undefined {
  for (let at = 1; at <= text.length; at++) {
    const later = isInWord(text.charCodeAt(at - 1)) ? undefined : beginnings.get(text.slice(at));
    if (later !== undefined) return later;
  }
  return undefined;
}

/** Lower case of a code unit. Where that is longer, its end stands for it: a mark that is in no text. */
export function toLowerUnit(unit: number): number {
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.charCodeAt(lower.length - 1);
}
