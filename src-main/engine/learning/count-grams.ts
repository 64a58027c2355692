/** Hashes in any order, with repetitions → each once, ascending, with 1 + ln(count). */
export function countGrams(hashes: readonly number[]): { grams: Uint32Array; counts: Float32Array } {
  const sorted = Uint32Array.from(hashes).sort();
  const counts = new Float32Array(sorted.length);
  let kept = 0;
  for (let from = 0; from < sorted.length; kept += 1) {
    const gram = sorted[from] ?? 0;
    let to = from + 1;
    while (to < sorted.length && sorted[to] === gram) to += 1;
    sorted[kept] = gram;
    counts[kept] = to - from === 1 ? 1 : 1 + Math.log(to - from);
    from = to;
  }
  return { grams: sorted.slice(0, kept), counts: counts.slice(0, kept) };
}
