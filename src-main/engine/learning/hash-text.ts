/** Mixes 32 bits so that every input bit reaches every output bit (finalizer of MurmurHash3, public domain). */
export function mixBits(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** FNV-1a: the empty text's hash, and one more code unit. */
export const EMPTY_HASH = 0x811c9dc5 | 0;

export function addUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}
