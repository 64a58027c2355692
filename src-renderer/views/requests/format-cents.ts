const NANO_PER_CENT = 10_000_000;

/** Nano-dollars of worth as `+1.31 ¢`, with as many decimals as tell something; null: unknown. */
export function formatCents(nanoUsd: number | null): string | null {
  if (nanoUsd === null) return null;
  const cents = nanoUsd / NANO_PER_CENT;
  const size = Math.abs(cents);
  if (size === 0) return '0 ¢';
  const digits = size < 0.01 ? 4 : size < 0.1 ? 3 : 2;
  const text = size.toFixed(digits);
  const sign = cents < 0 ? '−' : '+';
  return `${sign}${Number(text) === 0 ? '0' : text} ¢`;
}
