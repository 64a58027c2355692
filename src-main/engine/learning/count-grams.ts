/** Hashes in any order, with repetitions → each once, ascending, with 1 + ln(count). Written where the caller has room. */
export function countGrams(
  hashes: Uint32Array,
  room: { grams: Uint32Array; counts: Float32Array },
): { grams: Uint32Array; counts: Float32Array } {
  const sorted = room.grams;
  const { counts } = room;
  sorted.set(hashes);
  sorted.sort();
  let kept = 0;
  for (let from = 0; from < sorted.length; kept += 1) {
    const gram = sorted[from] ?? 0;
    let to = from + 1;
    while (to < sorted.length && sorted[to] === gram) to += 1;
    sorted[kept] = gram;
    counts[kept] = to - from === 1 ? 1 : 1 + Math.log(to - from);
    from = to;
  }
  return { grams: sorted.subarray(0, kept), counts: counts.subarray(0, kept) };
}
