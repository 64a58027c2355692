import { formatRows } from './format-rows.ts';

/** A figure that is demanded, with its value in this run. */
export interface Demand {
  demand: string;
  /** null: it never happened. */
  value: number | null;
  limit: number;
  /** Is more better? */
  isLeast: boolean;
  verdict: 'pass' | 'MISS';
}

/** What never happened has missed its limit. */
export function toDemand({
  demand,
  value,
  limit,
  isLeast = false,
}: Omit<Demand, 'verdict' | 'isLeast'> & { isLeast?: boolean }): Demand {
  const isMet = value !== null && (isLeast ? value >= limit : value <= limit);
  return { demand, value, limit, isLeast, verdict: isMet ? 'pass' : 'MISS' };
}

export function formatDemandList(demands: readonly Demand[]): string {
  return formatRows(
    demands.map(({ demand, value, limit, isLeast, verdict }) => [
      `${verdict}  ${demand}`,
      value === null ? 'never' : short(value),
      `(${isLeast ? '>=' : '<='} ${short(limit)})`,
    ]),
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
