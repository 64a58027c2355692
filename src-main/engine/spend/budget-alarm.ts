import type { BudgetAlert } from '../../../src-shared/money.ts';
import type { Clock, Log } from '../ports.ts';
import { newBudgetAlerts } from './budget-alerts.ts';
import type { BudgetBook } from './budget-book.ts';
import { localDay, localMonth } from './local-periods.ts';

/** Requests come by the thousand; a person need not be told sooner than this. */
const LOOK_EVERY_MS = 5_000;

/** Looks at the budgets while money is spent, and remembers what the person should know in the period that it is about. */
export class BudgetAlarm {
  readonly #budgets: BudgetBook;
  readonly #clock: Clock;
  readonly #log: Log;
  #told: readonly string[];
  #raised: readonly { alert: BudgetAlert; atMs: number }[] = [];
  #nextLookMs = 0;
  readonly #onAlert: (alert: BudgetAlert) => void;

  constructor(options: { budgets: BudgetBook; clock: Clock; log: Log; onAlert?: (alert: BudgetAlert) => void }) {
    this.#budgets = options.budgets;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#onAlert = options.onAlert ?? (() => undefined);
    // What was passed before the start was told before the start.
    this.#told = this.#find([]).told;
  }

  /** Money was spent. One comparison, but for a look every five seconds. */
  check(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextLookMs) return;
    this.#nextLookMs = nowMs + LOOK_EVERY_MS;
    const { alerts, told } = this.#find(this.#told);
    this.#told = told;
    const atMs = this.#clock.nowMs();
    for (const alert of alerts) {
      this.#log.warn({ scope: alert.scope, period: alert.period }, alert.sentence);
      this.#onAlert(alert);
    }
    if (alerts.length > 0) this.#raised = [...this.#current(), ...alerts.map((alert) => ({ alert, atMs }))];
  }

  /** In sentences: what was raised in the day or month that still is. */
  warnings(): string[] {
    return this.#current().map(({ alert }) => alert.sentence);
  }

  /** The ledger was erased: everything may be told anew. */
  forget(): void {
    this.#raised = [];
    this.#told = this.#find([]).told;
  }

  #find(told: readonly string[]) {
    return newBudgetAlerts({ budgets: this.#budgets.status(), told, nowMs: this.#clock.nowMs() });
  }

  #current(): readonly { alert: BudgetAlert; atMs: number }[] {
    const nowMs = this.#clock.nowMs();
    const starts = { day: localDay(nowMs).startMs, month: localMonth(nowMs).startMs };
    return this.#raised.filter(({ alert, atMs }) => atMs >= starts[alert.period]);
  }
}
