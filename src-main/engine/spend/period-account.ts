import type { Period } from './local-periods.ts';

/** Money of one scope in one day or month, in integer nano-dollars. */
export interface PeriodAccount {
  period: Period;
  /** null: no limit. */
  limitNanoUsd: number | null;
  bookedNanoUsd: number;
  /** The part of it that are ceilings of calls whose true cost nobody told. */
  assumedNanoUsd: number;
  /** Calls of which neither cost nor ceiling is known. */
  unknownCosts: number;
  reservedNanoUsd: number;
  callsUnderWay: number;
}

export function openAccount(options: {
  period: Period;
  limitNanoUsd: number | null;
  spent: { costNanoUsd: number; unknownCosts: number };
}): PeriodAccount {
  const { period, limitNanoUsd, spent } = options;
  return {
    period,
    limitNanoUsd,
    bookedNanoUsd: spent.costNanoUsd,
    assumedNanoUsd: 0,
    unknownCosts: spent.unknownCosts,
    reservedNanoUsd: 0,
    callsUnderWay: 0,
  };
}

/** What a new call may still cost; null: anything. */
export function leftOf(account: PeriodAccount): number | null {
  const { limitNanoUsd, bookedNanoUsd, reservedNanoUsd } = account;
  return limitNanoUsd === null ? null : Math.max(0, limitNanoUsd - bookedNanoUsd - reservedNanoUsd);
}

/** A ceiling of null (nobody knows the price) fits as long as anything is left; 0 always fits. */
export function fits(account: PeriodAccount, ceilingNanoUsd: number | null): boolean {
  const left = leftOf(account);
  if (left === null || ceilingNanoUsd === 0) return true;
  return ceilingNanoUsd === null ? left > 0 : ceilingNanoUsd <= left;
}
