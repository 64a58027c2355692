import type { BudgetStatus } from '../../../src-shared/money.ts';
import type { Budget } from '../../../src-shared/settings.ts';
import { formatNanoUsd, toNanoUsd } from './dollars.ts';
import type { Period } from './local-periods.ts';
import { fits, leftOf, openAccount, type PeriodAccount } from './period-account.ts';

export type ScopeKind = BudgetStatus['scope'];
export type PeriodName = BudgetStatus['period'];
/** Known costs in nano-dollars, and how many calls have none. */
export interface Spent {
  costNanoUsd: number;
  unknownCosts: number;
}
export type Periods = Readonly<Record<PeriodName, Period>>;

const PERIODS = ['day', 'month'] as const satisfies readonly PeriodName[];
const NOTHING: Spent = { costNanoUsd: 0, unknownCosts: 0 };
const NO_LIMIT: Budget = { dayUsd: null, monthUsd: null };
const WORDS: Readonly<Record<PeriodName, { span: string; until: string }>> = {
  day: { span: 'a day', until: 'midnight' },
  month: { span: 'a month', until: 'the month ends' },
};

/** Whose money it is: everybody's, one app's or one provider's, with an account for the day and one for the month. */
export class BudgetScope {
  readonly kind: ScopeKind;
  readonly id: string | null;
  readonly accounts: Record<PeriodName, PeriodAccount>;
  #name = '';

  constructor(options: {
    kind: ScopeKind;
    id: string | null;
    periods: Periods;
    spentSince: (sinceMs: number) => Spent;
  }) {
    const { periods, spentSince } = options;
    this.kind = options.kind;
    this.id = options.id;
    const open = (period: Period) => openAccount({ period, limitNanoUsd: null, spent: spentSince(period.startMs) });
    this.accounts = { day: open(periods.day), month: open(periods.month) };
  }

  get hasLimit(): boolean {
    return this.accounts.day.limitNanoUsd !== null || this.accounts.month.limitNanoUsd !== null;
  }

  /** Takes the name that people know it by, and its limits; `undefined`: none. */
  adopt(name: string, budget: Budget = NO_LIMIT): void {
    this.#name = name;
    this.accounts.day.limitNanoUsd = budget.dayUsd === null ? null : toNanoUsd(budget.dayUsd);
    this.accounts.month.limitNanoUsd = budget.monthUsd === null ? null : toNanoUsd(budget.monthUsd);
  }

  /** A new period begins with nothing spent; calls under way stay in the old one, where their money is held. */
  begin(name: PeriodName, period: Period): void {
    const { limitNanoUsd } = this.accounts[name];
    this.accounts[name] = openAccount({ period, limitNanoUsd, spent: NOTHING });
  }

  /** Nothing is spent, as far as anybody remembers; what is held for calls under way stays held. */
  forget(): void {
    for (const name of PERIODS)
      Object.assign(this.accounts[name], { bookedNanoUsd: 0, assumedNanoUsd: 0, unknownCosts: 0 });
  }

  /** Puts the account into another period without forgetting what it knows. */
  moveTo(name: PeriodName, period: Period, spent: Spent): void {
    const account = this.accounts[name];
    account.period = period;
    account.bookedNanoUsd = Math.max(account.bookedNanoUsd, spent.costNanoUsd);
    account.unknownCosts = Math.max(account.unknownCosts, spent.unknownCosts);
  }

  /** Why a call of this ceiling (null: unknown) does not fit, in words; null when it does. */
  whyRefused(ceilingNanoUsd: number | null): string | null {
    for (const name of PERIODS)
      if (!fits(this.accounts[name], ceilingNanoUsd)) return this.#refusal(name, ceilingNanoUsd);
    return null;
  }

  /** Of the accounts that have a limit. */
  status(): BudgetStatus[] {
    return PERIODS.flatMap((period) => {
      const { limitNanoUsd } = this.accounts[period];
      return limitNanoUsd === null ? [] : [this.#statusOf(period, limitNanoUsd)];
    });
  }

  #statusOf(period: PeriodName, limitNanoUsd: number): BudgetStatus {
    const account = this.accounts[period];
    const left = leftOf(account) ?? 0;
    const whole = `${formatNanoUsd(account.bookedNanoUsd)} of ${this.#title(period)} is spent`;
    return {
      scope: this.kind,
      id: this.id,
      period,
      ...account.period,
      limitNanoUsd,
      spentNanoUsd: account.bookedNanoUsd,
      assumedNanoUsd: account.assumedNanoUsd,
      unknownCosts: account.unknownCosts,
      reservedNanoUsd: account.reservedNanoUsd,
      callsUnderWay: account.callsUnderWay,
      leftNanoUsd: left,
      overshootNanoUsd: Math.max(0, account.bookedNanoUsd - limitNanoUsd),
      sentence: left > 0 ? `${whole}.` : `${whole}: nothing that costs money is called until ${WORDS[period].until}.`,
    };
  }

  #title(period: PeriodName): string {
    const limit = formatNanoUsd(this.accounts[period].limitNanoUsd ?? 0);
    const whose = this.kind === 'total' ? '' : ` for ${this.kind === 'app' ? 'the app ' : ''}${this.#name}`;
    return `the budget of ${limit} ${WORDS[period].span}${whose}`;
  }

  #refusal(period: PeriodName, ceilingNanoUsd: number | null): string {
    const account = this.accounts[period];
    const left = leftOf(account) ?? 0;
    const held =
      account.reservedNanoUsd > 0 ? ` (${formatNanoUsd(account.reservedNanoUsd)} is held for calls under way)` : '';
    if (left === 0 || ceilingNanoUsd === null) {
      return `Of ${this.#title(period)} nothing is left until ${WORDS[period].until}${held}.`;
    }
    return `The call could cost ${formatNanoUsd(ceilingNanoUsd)}, and of ${this.#title(period)} only ${formatNanoUsd(left)} is left${held}.`;
  }
}
