const counts = new Intl.NumberFormat('en-US');
const shortCounts = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const finePercents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 });

/** `12,345`; null: unknown, here and below. */
export function formatCount(value: number | null): string | null {
  return value === null ? null : counts.format(value);
}

/** `12.3K` where room is short. */
export function formatShortCount(value: number | null): string | null {
  return value === null ? null : shortCounts.format(value);
}

/** At most two decimals. */
export function formatDecimal(value: number | null): string | null {
  return value === null ? null : decimals.format(value);
}

/** A share of 0 to 1 as `42%`. */
export function formatShare(share: number | null): string | null {
  return share === null ? null : percents.format(share);
}

/** With one decimal, for shares near their end: `99.5%`. */
export function formatFineShare(share: number | null): string | null {
  return share === null ? null : finePercents.format(share);
}

/** What is a percentage already. */
export function formatPercent(percent: number | null): string | null {
  return percent === null ? null : percents.format(percent / 100);
}

/** `41 tok/s`. */
export function formatSpeed(tokensPerSecond: number | null): string | null {
  if (tokensPerSecond === null) return null;
  return `${counts.format(Math.round(tokensPerSecond * (tokensPerSecond < 10 ? 10 : 1)) / (tokensPerSecond < 10 ? 10 : 1))} tok/s`;
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Powers of 1024, as `4.2 GB`. */
export function formatBytes(bytes: number | null): string | null {
  if (bytes === null) return null;
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1);
  const value = bytes / 1024 ** power;
  const text = new Intl.NumberFormat('en-US', { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 }).format(value);
  return `${text} ${BYTE_UNITS[power] ?? 'B'}`;
}

const JOULES_PER_WATT_HOUR = 3_600;

const fine = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

/** `0.42 Wh`, and with two telling digits below a tenth (`0.0045 Wh`). */
export function formatEnergy(joules: number | null): string | null {
  if (joules === null) return null;
  const wattHours = joules / JOULES_PER_WATT_HOUR;
  return `${(wattHours < 0.1 ? fine : decimals).format(wattHours)} Wh`;
}
