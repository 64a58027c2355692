/**
 * A number in [0, 1) that depends on the text alone and looks drawn by chance: FNV-1a (Fowler, Noll, Vo), mixed by the end of
 * MurmurHash3 (Appleby) because similar texts shall lie far apart. Not for secrets.
 */
export function hashToUnit(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
