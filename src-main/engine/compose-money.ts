import type { SpendReport } from '../../src-shared/money.ts';
import type { Settings } from '../../src-shared/settings.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { MoneyServices } from './gateway/control/money-routes.ts';
import type { Clock, Random } from './ports.ts';
import type { BudgetBook } from './spend/budget-book.ts';
import { localDay } from './spend/local-periods.ts';
import { toAppView, withChangedApp, withNewApp, withoutApp, type AppsChange } from './spend/manage-apps.ts';
import type { ReferenceModel } from './spend/reference-price.ts';
import { buildSpendReport, spendWindow } from './spend/spend-report.ts';
import type { Store } from './store/open-store.ts';

/** What the control API tells of money and apps. */
export function composeMoney(parts: {
  clock: Clock;
  random: Random;
  settings: () => Settings;
  adoptSettings: (next: Settings) => Promise<void>;
  budgets: BudgetBook;
  store: Store;
  reference: () => ReferenceModel | null;
}): MoneyServices {
  const { clock, budgets, settings } = parts;
  const spentBy = (id: string) => budgets.spentBy('app', id);
  const adopt = async <Value>(change: AppsChange<Value>): Promise<Value> => {
    if (!change.ok) throw new ControlProblem(400, 'invalid_request', change.sentence);
    await parts.adoptSettings({ ...settings(), apps: change.apps });
    return change.value;
  };
  return {
    spend: (query): SpendReport => {
      const nowMs = clock.nowMs();
      const { fromMs, historyFromMs, toMs } = spendWindow(nowMs, query.days);
      const read = { toMs, bucket: 'day', dayStartOf: (timeMs: number) => localDay(timeMs).startMs } as const;
      return buildSpendReport({
        query,
        nowMs,
        rows: parts.store.spend.spend({ ...read, fromMs, by: query.by }).rows,
        history: parts.store.spend.spend({ ...read, fromMs: historyFromMs, by: 'none' }).rows,
        reference: parts.reference()?.name ?? null,
        tariffUsdPerKwh: settings().power.tariffUsdPerKwh,
        budgets: budgets.status(),
      });
    },
    apps: () => settings().apps.map((app) => toAppView(app, spentBy)),
    addApp: (input) => adopt(withNewApp(settings().apps, input, { random: parts.random, nowMs: clock.nowMs() })),
    async changeApp(id, change) {
      return toAppView(await adopt(withChangedApp(settings().apps, id, change)), spentBy);
    },
    async removeApp(id) {
      await adopt(withoutApp(settings().apps, id));
    },
  };
}
