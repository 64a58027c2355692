import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { BudgetBook, type SpentSince } from '../../../src-main/engine/spend/budget-book.ts';
import { Reservation } from '../../../src-main/engine/spend/reservation.ts';
import { ManualClock } from '../../support/manual-clock.ts';

export const USD = 1e9;

/** Settings with one app `editor` and one provider `cloud`, and what is given on top. */
export function moneySettings(options: { budgets?: Record<string, unknown>; app?: Record<string, unknown> }): Settings {
  const app = { id: 'editor', name: 'Editor', keyHash: '0'.repeat(64), createdAtMs: 0, ...options.app };
  const provider = { id: 'cloud', name: 'Cloud', kind: 'openai', track: 'cloud', baseUrl: 'https://cloud.example' };
  return settingsSchema.parse({ budgets: options.budgets ?? {}, apps: [app], providers: [provider] });
}

export const NOTHING_SPENT: SpentSince = () => ({ costNanoUsd: 0, unknownCosts: 0 });

export function makeBook(
  options: Parameters<typeof moneySettings>[0] & { clock?: ManualClock; spentSince?: SpentSince } = {},
): BudgetBook {
  const { clock = new ManualClock(), spentSince = NOTHING_SPENT } = options;
  return new BudgetBook({ settings: moneySettings(options), clock, spentSince });
}

export const CALL = { appId: 'editor', providerId: 'cloud' } as const;

/** Holds this many dollars, or nothing when that is refused. */
export function hold(
  book: BudgetBook,
  ceilingUsd: number | null,
  call: { appId: string | null; providerId: string } = CALL,
) {
  const reserved = book.reserve({ ...call, ceilingNanoUsd: ceilingUsd === null ? null : Math.round(ceilingUsd * USD) });
  return reserved.ok ? reserved.reservation : null;
}

/** Books this many dollars; the test fails when that is refused. */
export function spend(book: BudgetBook, usd: number, call: { appId: string | null; providerId: string } = CALL): void {
  const reservation = hold(book, usd, call);
  if (!(reservation instanceof Reservation)) throw new Error(`${usd} dollars were refused`);
  reservation.settle(Math.round(usd * USD));
}
