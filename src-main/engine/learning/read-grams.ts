import { mixBits } from './hash-text.ts';

/** Hashes of grams have this many bits: 2^18 places keep collisions rare for the vocabulary of one person's traffic. */
export const GRAM_BITS = 18;
const GRAM_MASK = 2 ** GRAM_BITS - 1;

const PAIR_FACTOR = 0x9e3779b1;

/** The first one, two and three words are a gram each, and so are the last one and two: instructions stand there. */
const OPENING_WORDS = 3;
const CLOSING_WORDS = 2;
const OPENING_HASH = 0x3c6ef372;
const CLOSING_HASH = 0x78dde6e4;

/** So many grams there are of so many words, at most. */
export function mostGrams(words: number): number {
  return 2 * words + OPENING_WORDS + CLOSING_WORDS;
}

/**
 * The grams of words given by their hashes, in no order: words, pairs of neighbouring words, how the text begins and ends.
 * A word whose hash is 0 counts as none. Gives how many there are.
 */
export function readGrams(hashes: Int32Array, words: number, into: Uint32Array): number {
  let count = 0;
  let opening = OPENING_HASH;
  let before = 0;
  for (let at = 0; at < words; at += 1) {
    const hash = hashes[at] ?? 0;
    into[count++] = hash & GRAM_MASK;
    if (before !== 0) into[count++] = joinHashes(before, hash) & GRAM_MASK;
    if (at < OPENING_WORDS) {
      opening = joinHashes(opening, hash);
      into[count++] = opening & GRAM_MASK;
    }
    before = hash;
  }
  if (before === 0) return count;
  const last = joinHashes(CLOSING_HASH, before);
  into[count++] = last & GRAM_MASK;
  const beforeLast = words > 1 ? (hashes[words - 2] ?? 0) : 0;
  if (beforeLast !== 0) into[count++] = joinHashes(last, beforeLast) & GRAM_MASK;
  return count;
}

function joinHashes(one: number, other: number): number {
  return mixBits(Math.imul(one, 31) ^ Math.imul(other, PAIR_FACTOR));
}
