/**
 * The names most like `wanted`, best first: those that begin with it, then those that contain it or are contained in it,
 * then by edit distance (Levenshtein) as long as fewer than half of the letters differ. Case does not count, nor does
 * the tag behind the colon when none is wanted.
 */
export function nearestNames(wanted: string, names: Iterable<string>, count: number): string[] {
  const target = wanted.toLowerCase();
  const ranked: { name: string; rank: number }[] = [];
  for (const name of names) {
    const rank = rankOf(target, name.toLowerCase());
    if (rank !== null) ranked.push({ name, rank });
  }
  ranked.sort((one, other) => one.rank - other.rank || (one.name < other.name ? -1 : 1));
  return ranked.slice(0, count).map((each) => each.name);
}

const CONTAINS = 1_000;
const SIMILAR = 1_000_000;
/** A shorter name is contained in too many others to say anything. */
const SHORTEST_PART = 3;

/** Lower is nearer; null is not near at all. */
function rankOf(target: string, name: string): number | null {
  if (target === '') return null;
  if (name.startsWith(target)) return name.length - target.length;
  const contained = name.includes(target) || (name.length >= SHORTEST_PART && target.includes(name));
  if (contained) return CONTAINS + Math.abs(name.length - target.length);
  const compared = target.includes(':') ? name : (name.split(':', 1)[0] ?? name);
  const distance = editDistance(target, compared);
  return distance * 2 < Math.max(target.length, compared.length) ? SIMILAR + distance : null;
}

/** Levenshtein distance: the fewest insertions, deletions and substitutions. One row of the matrix at a time. */
export function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const substituted = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substituted));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}
