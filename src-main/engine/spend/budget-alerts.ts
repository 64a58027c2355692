import type { BudgetAlert, BudgetStatus } from '../../../src-shared/money.ts';
import { formatNanoUsd } from './dollars.ts';

const SHARES = [100, 80, 50] as const;
/** More than this much ahead of an even pace is worth a word. */
const PACE_FACTOR = 1.1;
/** A first call is always ahead of the pace; what is spent must be this share of the limit before it says anything. */
const PACE_MIN_SHARE = 0.1;

/**
 * Alerts that are due now and were not told in this period: at 50, 80 and 100 % of a limit, and when a month's spending is
 * more than 10 % ahead of an even pace. Of several levels passed at once only the highest is told. `told` goes back in at
 * the next call; it holds nothing of periods that are over, and a changed limit is a new budget.
 */
export function newBudgetAlerts(input: { budgets: readonly BudgetStatus[]; told: readonly string[]; nowMs: number }): {
  alerts: BudgetAlert[];
  told: string[];
} {
  const before = new Set(input.told);
  const told: string[] = [];
  const alerts: BudgetAlert[] = [];
  for (const budget of input.budgets) {
    const keyOf = (level: BudgetAlert['level']) => `${nameOf(budget)}/${level}`;
    const due = dueLevels(budget, input.nowMs);
    const levels = [...SHARES, 'pace' as const];
    told.push(...levels.filter((level) => due.includes(level) || before.has(keyOf(level))).map(keyOf));
    const shares = due.filter((level) => level !== 'pace');
    const isNew = (level: BudgetAlert['level'] | undefined) => level !== undefined && !before.has(keyOf(level));
    if (shares[0] !== undefined && isNew(shares[0])) alerts.push(toAlert(budget, shares[0]));
    // Who has been told that all is spent needs no word on the pace.
    else if (due.includes('pace') && shares[0] !== 100 && isNew('pace')) alerts.push(toAlert(budget, 'pace'));
  }
  return { alerts, told };
}

function nameOf({ scope, id, period, startMs, limitNanoUsd }: BudgetStatus): string {
  return [scope, id ?? '', period, startMs, limitNanoUsd].join('/');
}

/** Highest first. A limit of 0 is a decision, not an event: it alerts only when something was spent. */
function dueLevels(budget: BudgetStatus, nowMs: number): BudgetAlert['level'][] {
  const { spentNanoUsd: spent, limitNanoUsd: limit, startMs, endMs } = budget;
  if (spent <= 0) return [];
  const due: BudgetAlert['level'][] = SHARES.filter((share) => spent * 100 >= limit * share);
  const elapsed = Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
  const isAhead = spent > limit * elapsed * PACE_FACTOR && spent >= limit * PACE_MIN_SHARE;
  if (budget.period === 'month' && isAhead) due.push('pace');
  return due;
}

function toAlert(budget: BudgetStatus, level: BudgetAlert['level']): BudgetAlert {
  const { scope, id, period, limitNanoUsd, spentNanoUsd } = budget;
  const whose = scope === 'total' ? '' : ` of the ${scope} ${id ?? ''}`;
  const limit = `${formatNanoUsd(limitNanoUsd)} for this ${period}`;
  const spent = formatNanoUsd(spentNanoUsd);
  const sentence =
    level === 'pace'
      ? `${spent} of the budget${whose} of ${limit} is spent already: more than 10 % ahead of an even pace.`
      : level === 100
        ? `The budget${whose} of ${limit} is used up (${spent} spent): its calls stay on this machine from here on.`
        : `${level} % of the budget${whose} of ${limit} is spent (${spent}).`;
  return { scope, id, period, level, sentence };
}
