const NANO_PER_USD = 1_000_000_000;
/** Below this a sum is told as "under". */
const LEAST_USD = 0.000_001;

/** `formats[n]` has up to n decimals, and two at least. */
const formats = Array.from(
  { length: 8 },
  (_, digits) =>
    new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: 2,
      maximumFractionDigits: Math.max(2, digits),
    }),
);

/** Nano-dollars as `$1.23`, and with two telling digits below a dollar (`$0.0042`); null: unknown. */
export function formatMoney(nanoUsd: number | null): string | null {
  if (nanoUsd === null) return null;
  const usd = nanoUsd / NANO_PER_USD;
  const size = Math.abs(usd);
  if (size > 0 && size < LEAST_USD) return `under ${formatUsdWith(6, LEAST_USD)}`;
  return formatUsdWith(size === 0 ? 2 : Math.max(2, 1 - Math.floor(Math.log10(size))), usd);
}

/** Dollars, as settings hold them. */
export function formatUsd(usd: number | null): string | null {
  return usd === null ? null : formatMoney(Math.round(usd * NANO_PER_USD));
}

function formatUsdWith(digits: number, usd: number): string {
  return formats[digits]?.format(usd) ?? '';
}
