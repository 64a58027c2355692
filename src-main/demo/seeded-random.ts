/**
 * A source of numbers in [0, 1) that depends on its keys alone, in order: the same question gets the same luck however
 * requests interleave. FNV-1a over the keys seeds mulberry32 (Tommy Ettinger, public domain). Not for secrets.
 */
export function createSeededRandom(...keys: (string | number)[]): () => number {
  let state = hashText(keys.join('\u0000'));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
