import { sortGrams } from './sort-grams.ts';

/** A gram and how often it occurs make one small number: half the memory, and more than a prompt that is read can hold. */
const TIMES_BITS = 12;
const MOST_TIMES = 2 ** TIMES_BITS - 1;

const COMMON_TIMES = 64;
/** Rounded to 32 bits, as they have been since there are states that were learned with them. */
const WEIGHTS = Float32Array.from({ length: COMMON_TIMES }, (_, times) => 1 + Math.log(times));

/** Room for the text that is being read; grows to the longest one and is used again and again. */
let sorted = new Uint32Array(1024);
const kept = new Array<number>(1024).fill(0);

export function gramOf(term: number): number {
  return term >>> TIMES_BITS;
}

/** 1 + ln(how often it occurs). */
export function weightOf(term: number): number {
  const times = term & MOST_TIMES;
  return times < COMMON_TIMES ? (WEIGHTS[times] ?? 0) : Math.fround(1 + Math.log(times));
}

/** The first `count` grams, in any order and with repetitions → terms: each gram once, ascending. */
export function toTerms(grams: Uint32Array, count: number): number[] {
  if (sorted.length < count) sorted = new Uint32Array(2 * count);
  sortGrams(grams, count, sorted);
  let terms = 0;
  for (let from = 0; from < count; terms += 1) {
    const gram = sorted[from] ?? 0;
    let to = from + 1;
    while (to < count && sorted[to] === gram) to += 1;
    kept[terms] = (gram << TIMES_BITS) | Math.min(MOST_TIMES, to - from);
    from = to;
  }
  return kept.slice(0, terms);
}
