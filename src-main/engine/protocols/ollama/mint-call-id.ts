/**
 * An id for a tool call that came without one: its position keeps it apart within the answer, a hash of `seed` (the
 * chunk's time, the name, the arguments) from other turns. The same call gets the same id wherever it is read.
 */
export function mintCallId(index: number, seed: string): string {
  return `call_${index}_${fnv1a(seed, 0x811c9dc5)}${fnv1a(seed, 0x9747b28c)}`;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923), over UTF-16 code units, as base 36. */
function fnv1a(text: string, basis: number): string {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
