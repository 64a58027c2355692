import type { BudgetStatus } from '../../../src-shared/money.ts';

/** Before this share of a period is over, a pace says nothing. */
const LEAST_SHARE = 0.05;

/**
 * How fast the tightest of everybody's budgets is being spent: share of its money over share of its time; 1 is an even
 * pace, 2 means that it is used up at half-time. null: there is no such budget, or its period has hardly begun.
 */
export function budgetPace(budgets: readonly BudgetStatus[], nowMs: number): number | null {
  let worst: number | null = null;
  for (const { scope, limitNanoUsd, spentNanoUsd, reservedNanoUsd, startMs, endMs } of budgets) {
    const share = (nowMs - startMs) / (endMs - startMs);
    if (scope !== 'total' || limitNanoUsd <= 0 || !(share >= LEAST_SHARE)) continue;
    const pace = (spentNanoUsd + reservedNanoUsd) / limitNanoUsd / Math.min(1, share);
    worst = Math.max(worst ?? 0, pace);
  }
  return worst;
}
