import { GRAM_BITS } from './read-grams.ts';

/** Beyond so many the library's sort is as quick, and its worst case is better. */
const MOST_BUCKETED = 2048;
const BUCKET_BITS = 7;
const SHIFT = GRAM_BITS - BUCKET_BITS;

/** Where the grams of each bucket begin; one place more than there are buckets. */
const starts = new Uint32Array(2 ** BUCKET_BITS + 1);

/**
 * Puts the first `count` of `grams` in ascending order, in `into`. Grams are hashes and so lie evenly: by their high bits they
 * are brought close to their places, the rest is a step or two each. A call of the library's sort costs twice as much.
 */
export function sortGrams(grams: Uint32Array, count: number, into: Uint32Array): void {
  if (count > MOST_BUCKETED) {
    into.set(grams.subarray(0, count));
    into.subarray(0, count).sort();
    return;
  }
  starts.fill(0);
  for (let at = 0; at < count; at += 1) {
    const bucket = (grams[at] ?? 0) >>> SHIFT;
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  }
  for (let bucket = 1; bucket < starts.length; bucket += 1) {
    starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
  }
  for (let at = 0; at < count; at += 1) {
    const gram = grams[at] ?? 0;
    const bucket = gram >>> SHIFT;
    const place = starts[bucket] ?? 0;
    starts[bucket] = place + 1;
    into[place] = gram;
  }
  insertInOrder(into, count);
}

/** Insertion sort. */
function insertInOrder(grams: Uint32Array, count: number): void {
  for (let at = 1; at < count; at += 1) {
    const gram = grams[at] ?? 0;
    let place = at;
    for (; place > 0; place -= 1) {
      const before = grams[place - 1] ?? 0;
      if (before <= gram) break;
      grams[place] = before;
    }
    grams[place] = gram;
  }
}
