import type { BudgetStatus } from '../../../src-shared/money.ts';
import type { AppSettings, Settings } from '../../../src-shared/settings.ts';
import type { Clock } from '../ports.ts';
import { BudgetScope, type Periods, type ScopeKind, type Spent } from './budget-scope.ts';
import { formatNanoUsd, toNanoUsd } from './dollars.ts';
import { localDay, localMonth } from './local-periods.ts';
import type { PeriodAccount } from './period-account.ts';
import { knownCost, Reservation } from './reservation.ts';

export type BudgetSettings = Pick<Settings, 'budgets' | 'apps' | 'providers'>;

/** What the ledger has for requests begun at that moment or later. Asked at the start and on new settings only. */
export type SpentSince = (sinceMs: number, only: { app?: string; provider?: string }) => Spent;

/** A call that may cost money; local calls never ask. */
export interface MoneyCall {
  /** Id of the app whose key was shown; null: none. */
  appId: string | null;
  providerId: string;
  /** Upper bound in nano-dollars; null: nobody knows the price. */
  ceilingNanoUsd: number | null;
}

export type Reserved = { ok: true; reservation: Reservation } | { ok: false; refused: string };

/** A clock that was ahead by more than this was wrong: the person's next change of settings takes the periods back. */
const FAR_AHEAD_MS = 24 * 3_600_000;

const UNKNOWN_PRICE =
  'Nobody knows the price of this model, and a budget is set. Give it a price in prices.overrides, or set budgets.unknownPrices to "allow".';

/**
 * Budgets of everybody together, of each app and of each provider, by local day and month. A call is let through when its
 * ceiling fits into what is left of each, and its ceiling is held until it is settled. So booked plus reserved money never
 * exceeds a limit as long as ceilings are upper bounds. A call that costs more than its ceiling takes a budget over its
 * limit by no more than the price of the calls that were under way with it, since no priced call starts from then on.
 * Periods only move forward: a clock that jumps back stays in the period it was in.
 */
export class BudgetBook {
  readonly #clock: Clock;
  readonly #spentSince: SpentSince;
  readonly #scopes: Record<ScopeKind, Map<string, BudgetScope>> = {
    total: new Map(),
    app: new Map(),
    provider: new Map(),
  };
  readonly #total: BudgetScope;
  #apps = new Map<string, AppSettings>();
  #periods: Periods;
  #refusesUnknown = true;
  #hasLimits = false;

  constructor(options: { settings: BudgetSettings; clock: Clock; spentSince: SpentSince }) {
    this.#clock = options.clock;
    this.#spentSince = options.spentSince;
    this.#periods = this.#periodsOfNow();
    this.#total = this.#scopeOf('total', '');
    this.#adopt(options.settings);
  }

  /** False: money forbids nothing to anybody, and nothing need be asked. */
  get hasLimits(): boolean {
    return this.#hasLimits;
  }

  /** Follows new settings. What was spent by apps and providers that are new here is read from the ledger. */
  update(settings: BudgetSettings): void {
    this.#roll();
    if (this.#clock.nowMs() < this.#periods.day.startMs - FAR_AHEAD_MS) this.#moveBack();
    this.#adopt(settings);
  }

  /** Why money forbids this call, in words; null when it does not. Quick, holds nothing. */
  whyRefused(call: { appId: string | null; providerId: string; costCeilingNanoUsd: number | null }): string | null {
    if (!this.#hasLimits) return null;
    this.#roll();
    return this.#whyRefused(this.#scopesOf(call), call.appId, knownCost(call.costCeilingNanoUsd));
  }

  /** Holds the ceiling of a call in all its budgets, or says why not. Every reservation must be settled or released. */
  reserve(call: MoneyCall): Reserved {
    this.#roll();
    const scopes = this.#scopesOf(call);
    const ceiling = knownCost(call.ceilingNanoUsd);
    const refused = this.#hasLimits ? this.#whyRefused(scopes, call.appId, ceiling) : null;
    if (refused !== null) return { ok: false, refused };
    const accounts: PeriodAccount[] = [];
    for (const { accounts: of } of scopes) accounts.push(of.day, of.month);
    return { ok: true, reservation: new Reservation(accounts, ceiling) };
  }

  /** Every budget with a limit: the total first, then apps, then providers. */
  status(): BudgetStatus[] {
    this.#roll();
    return Object.values(this.#scopes).flatMap((scopes) => [...scopes.values()].flatMap((scope) => scope.status()));
  }

  /** Booked in the current day and month; null: the book does not know this app or provider. */
  spentBy(kind: ScopeKind, id = ''): { todayNanoUsd: number; monthNanoUsd: number } | null {
    this.#roll();
    const accounts = this.#scopes[kind].get(id)?.accounts;
    if (accounts === undefined) return null;
    return { todayNanoUsd: accounts.day.bookedNanoUsd, monthNanoUsd: accounts.month.bookedNanoUsd };
  }

  /** The ledger was erased: what was spent is not held against anybody any more. */
  forget(): void {
    this.#eachScope((scope) => scope.forget());
  }

  #whyRefused(scopes: readonly BudgetScope[], appId: string | null, ceilingNanoUsd: number | null): string | null {
    const app = appId === null ? undefined : this.#apps.get(appId);
    const cap = app?.maxCostPerRequestUsd ?? null;
    if (ceilingNanoUsd === null && this.#refusesUnknown && (cap !== null || scopes.some((scope) => scope.hasLimit))) {
      return UNKNOWN_PRICE;
    }
    if (cap !== null && ceilingNanoUsd !== null && ceilingNanoUsd > toNanoUsd(cap)) {
      return `The call could cost ${formatNanoUsd(ceilingNanoUsd)}, and the app ${app?.name ?? ''} may spend ${formatNanoUsd(toNanoUsd(cap))} on one.`;
    }
    for (const scope of scopes) {
      const refusal = scope.whyRefused(ceilingNanoUsd);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #scopesOf({ appId, providerId }: { appId: string | null; providerId: string }): BudgetScope[] {
    const scopes = [this.#total];
    const app = appId === null ? undefined : this.#scopes.app.get(appId);
    if (app !== undefined) scopes.push(app);
    const provider = this.#scopes.provider.get(providerId);
    if (provider !== undefined) scopes.push(provider);
    return scopes;
  }

  #adopt({ apps, providers, budgets }: BudgetSettings): void {
    this.#apps = new Map(apps.map((app) => [app.id, app]));
    this.#refusesUnknown = budgets.unknownPrices === 'refuse';
    this.#total.adopt('', budgets.total);
    const names = new Map([...Object.keys(budgets.providers), ...providers.map(({ id }) => id)].map((id) => [id, id]));
    for (const { id, name } of providers) names.set(id, name);
    keepOnly(this.#scopes.app, this.#apps);
    keepOnly(this.#scopes.provider, names);
    for (const app of apps) this.#scopeOf('app', app.id).adopt(app.name, app.budget);
    for (const [id, name] of names) this.#scopeOf('provider', id).adopt(name, budgets.providers[id]);
    const scopes = Object.values(this.#scopes).flatMap((each) => [...each.values()]);
    this.#hasLimits = scopes.some((scope) => scope.hasLimit) || apps.some((app) => app.maxCostPerRequestUsd !== null);
  }

  /** The scope of that name; opened with what the ledger knows when it is new. */
  #scopeOf(kind: ScopeKind, id: string): BudgetScope {
    const scopes = this.#scopes[kind];
    let scope = scopes.get(id);
    if (scope === undefined) {
      const spentSince = (sinceMs: number) => this.#spentSince(sinceMs, ledgerKey(kind, id));
      scope = new BudgetScope({ kind, id: kind === 'total' ? null : id, periods: this.#periods, spentSince });
      scopes.set(id, scope);
    }
    return scope;
  }

  /** One comparison until a day ends; a month ends with a day. */
  #roll(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#periods.day.endMs) return;
    const { month } = this.#periods;
    this.#periods = { day: localDay(nowMs), month: nowMs < month.endMs ? month : localMonth(nowMs) };
    this.#eachScope((scope) => {
      scope.begin('day', this.#periods.day);
      if (this.#periods.month !== month) scope.begin('month', this.#periods.month);
    });
  }

  #moveBack(): void {
    this.#periods = this.#periodsOfNow();
    this.#eachScope((scope) => {
      for (const name of ['day', 'month'] as const) {
        const period = this.#periods[name];
        scope.moveTo(name, period, this.#spentSince(period.startMs, ledgerKey(scope.kind, scope.id ?? '')));
      }
    });
  }

  #eachScope(run: (scope: BudgetScope) => void): void {
    for (const scopes of Object.values(this.#scopes)) for (const scope of scopes.values()) run(scope);
  }

  #periodsOfNow(): Periods {
    const nowMs = this.#clock.nowMs();
    return { day: localDay(nowMs), month: localMonth(nowMs) };
  }
}

function ledgerKey(kind: ScopeKind, id: string): { app?: string; provider?: string } {
  return kind === 'app' ? { app: id } : kind === 'provider' ? { provider: id } : {};
}

function keepOnly(scopes: Map<string, BudgetScope>, wanted: ReadonlyMap<string, unknown>): void {
  for (const id of scopes.keys()) if (!wanted.has(id)) scopes.delete(id);
}
