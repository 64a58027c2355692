import type { SpendReport } from '../../src-shared/money.ts';
import type { Settings } from '../../src-shared/settings.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { Clock, Random } from './ports.ts';
import type { BudgetBook } from './spend/budget-book.ts';
import { localDay } from './spend/local-periods.ts';
import { toAppView, withChangedApp, withNewApp, withoutApp, type AppsChange } from './spend/manage-apps.ts';
import type { PriceBook } from './spend/price-book.ts';
import type { Pricing } from './spend/pricing.ts';
import type { ReferenceModel } from './spend/reference-price.ts';
import { buildSpendReport, spendWindow } from './spend/spend-report.ts';
import type { Store } from './store/open-store.ts';

export type MoneyHandlers = Pick<
  OperationHandlers,
  'spend.read' | 'apps.list' | 'apps.add' | 'apps.change' | 'apps.remove'
>;

/** What the control API tells of money and apps. */
export function composeMoney(parts: {
  clock: Clock;
  random: Random;
  settings: () => Settings;
  adoptSettings: (next: Settings) => Promise<void>;
  budgets: BudgetBook;
  store: Store;
  reference: () => ReferenceModel | null;
  pricing: Pick<Pricing, 'book'>;
}): MoneyHandlers {
  const { clock, budgets, settings } = parts;
  const spentBy = (id: string) => budgets.spentBy('app', id);
  const adopt = async <Value>(change: AppsChange<Value>): Promise<Value> => {
    if (!change.ok) throw new ControlProblem(400, 'invalid_request', change.sentence);
    await parts.adoptSettings({ ...settings(), apps: change.apps });
    return change.value;
  };
  return {
    'spend.read'(query) {
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
        priceTable: toPriceTableView(parts.pricing.book),
      });
    },
    'apps.list': () => ({ apps: settings().apps.map((app) => toAppView(app, spentBy)) }),
    'apps.add': (input) => adopt(withNewApp(settings().apps, input, { random: parts.random, nowMs: clock.nowMs() })),
    async 'apps.change'({ id, ...change }) {
      return toAppView(await adopt(withChangedApp(settings().apps, id, change)), spentBy);
    },
    async 'apps.remove'({ id }) {
      await adopt(withoutApp(settings().apps, id));
      return { removed: true };
    },
  };
}

function toPriceTableView({ data }: PriceBook): SpendReport['priceTable'] {
  return { source: data.source, date: data.date, fetchedAtMs: data.fetchedAtMs ?? null };
}
