import type { SeenRecord } from './records.ts';

/** Requests of a kind and an order of magnitude of cost are drawn and counted together. */
export function stratumOf({ kind, costNanoUsd }: Pick<SeenRecord, 'kind' | 'costNanoUsd'>): string {
  return `${kind}/${costClass(costNanoUsd)}`;
}

/** By powers of ten of a thousandth of a cent, so that money is not estimated from cheap requests alone. */
function costClass(costNanoUsd: number | null): string {
  if (costNanoUsd === null) return 'unknown';
  return `${Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(1, costNanoUsd) / 10_000))))}`;
}
