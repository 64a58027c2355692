import { bad, good, undecided, type Comparison } from './answer-of.ts';

/** A number as it stands in a text. */
export interface WrittenNumber {
  value: number;
  /** Half a unit of the last digit that was written: 3.14 may stand for anything from 3.135 to 3.145. */
  halfUnit: number;
  /** "%", "km", "€"; empty: none. */
  unit: string;
}

/** Whole numbers are exact; what has decimals may be rounded, and to fewer digits than the other. */
const LONGEST_TEXT = 20_000;
/** Written with escapes: a raw text beyond ASCII would make the whole bundle two bytes a character. Degrees, currencies, powers. */
const UNIT = String.raw`(?:%|\u00b0[CF]?|[$\u20ac\u00a3\u00a5]|\p{L}{1,3}(?![\p{L}\p{N}])(?:[\u00b2\u00b3]|\^[23])?)`;
const NUMBER = new RegExp(
  String.raw`(?<![\p{L}\p{N}_.,])([-+]?)([$\u20ac\u00a3\u00a5]?)(\d{1,3}(?:[, \u00a0\u202f_]\d{3})+(?![\d])|\d+)(\.\d+)?(?:[eE]([-+]?\d{1,3})(?![\p{L}\d]))?(?:\s?(${UNIT}))?`,
  'gu',
);
/** Letters after a number that belong to the sentence rather than to the number. */
const NOT_UNITS = new Set('and or is are to in of on at by an a as be if it so no we he do up but the for was has per am pm st nd rd th x und oder ist von zu im an'.split(' ')); // prettier-ignore

/** All numbers of a text, in order; grouped thousands and exponents are read. */
export function readNumbers(text: string): WrittenNumber[] {
  const numbers: WrittenNumber[] = [];
  for (const match of text.slice(0, LONGEST_TEXT).replace(/[−–]/gu, '-').matchAll(NUMBER)) {
    const [, sign = '', currency = '', whole = '', fraction = '', exponent = '0', after = ''] = match;
    const scale = 10 ** Number(exponent);
    const value = Number(`${whole.replace(/[^\d]/gu, '')}${fraction}`) * scale;
    if (!Number.isFinite(value)) continue;
    const unit = NOT_UNITS.has(after.toLowerCase()) ? '' : after;
    const halfUnit = fraction === '' ? 0 : 0.5 * 10 ** (1 - fraction.length) * scale;
    numbers.push({ value: sign === '-' ? -value : value, halfUnit, unit: currency === '' ? unit : currency });
  }
  return numbers;
}

/** Within what was written of both, or a millionth. Symmetric. Different units are different numbers; one may be missing. */
export function isSameNumber(one: WrittenNumber, other: WrittenNumber): boolean {
  if (one.unit !== '' && other.unit !== '' && one.unit.toLowerCase() !== other.unit.toLowerCase()) return false;
  const largest = Math.max(Math.abs(one.value), Math.abs(other.value));
  return Math.abs(one.value - other.value) <= Math.max(one.halfUnit, other.halfUnit) * (1 + 1e-9) + largest * 1e-6;
}

/** An answer longer than this is more than its number. */
const LONGEST_ANSWER = 240;

/**
 * Conclusive only where both answers are short and each comes to exactly one number that does not stand in the question: then
 * that number is the answer.
 */
export function compareNumbers(question: string, answers: { accepted: string; local: string }): Comparison {
  const accepted = resultOf(question, answers.accepted);
  const local = resultOf(question, answers.local);
  if (accepted === null || local === null) return undecided('the answers are not one number each');
  if (isSameNumber(accepted, local)) return good('it came to the same number');
  // "5 km" against "5000 m", "50 %" against "0.5": nobody has converted them here.
  if (accepted.unit !== local.unit) return undecided('the numbers are in different units');
  return bad('it came to another number');
}

/** null: none, or more than one. */
function resultOf(question: string, answer: string): WrittenNumber | null {
  if (answer.length > LONGEST_ANSWER || answer.includes('```')) return null;
  const asked = readNumbers(question);
  const isAsked = (number: WrittenNumber) => asked.some(({ value }) => Math.abs(value) === Math.abs(number.value));
  const all = readNumbers(answer);
  const fresh = all.length === 1 ? all : all.filter((number) => !isAsked(number));
  const [first] = fresh;
  if (first === undefined || !fresh.every((number) => isSameNumber(first, number))) return null;
  return wordsOf(answer) > MOST_WORDS ? null : first;
}

/** In more words than these something else is said too. */
const MOST_WORDS = 12;

function wordsOf(answer: string): number {
  return answer.match(/\p{L}{2,}/gu)?.length ?? 0;
}
