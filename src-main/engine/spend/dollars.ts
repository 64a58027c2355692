const NANO_USD = 1e9;
const SMALLEST_SHOWN_USD = 0.000001;

/** Dollars as settings have them, in integer nano-dollars. */
export function toNanoUsd(usd: number): number {
  return Math.round(usd * NANO_USD);
}

/** A sum in words for the person: two digits behind the point, or as many as a small sum needs. */
export function formatNanoUsd(nanoUsd: number): string {
  const usd = nanoUsd / NANO_USD;
  const size = Math.abs(usd);
  if (size > 0 && size < SMALLEST_SHOWN_USD) return `less than $${SMALLEST_SHOWN_USD.toFixed(6)}`;
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.01 ? 4 : 6;
  return `${usd < 0 ? '-' : ''}$${size.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}
