const NANO_USD = 1e9;

/** `$0.004`: two digits that count, for a person. */
export function toDollars(nanoUsd: number): string {
  const usd = nanoUsd / NANO_USD;
  if (!Number.isFinite(usd)) return '$?';
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2))
    .toFixed(usd >= 0.1 ? 2 : usd >= 0.001 ? 4 : 6)
    .replace(/0+$/, '')
    .replace(/\.$/, '')}`;
}

/** `0.6 s`, `14 s`, `3 min`. */
export function toSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (!Number.isFinite(seconds)) return '? s';
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  return `${seconds >= 10 ? seconds.toFixed(0) : seconds.toFixed(1)} s`;
}
