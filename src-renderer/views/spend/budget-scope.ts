import type { BudgetStatus } from '../../../src-shared/money.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { Engine } from '../../client/engine.svelte.ts';
import { t } from '../../strings/t.ts';

/** Whose money a budget limits. `id` null: everything together. */
export type BudgetScope = Pick<BudgetStatus, 'scope' | 'id'>;
export type Limits = Partial<Settings['budgets']['total']>;

export function nameOfScope({ scope, id }: BudgetScope): string {
  const { scopes } = t.spend.budgets;
  return scope === 'total' || id === null ? scopes.total : scopes[scope](id);
}

/** One string for each scope, for choosing among them. */
export const keyOfScope = ({ scope, id }: BudgetScope) => (id === null ? scope : `${scope}/${id}`);

/** Sets the limits that are given and leaves the others; null: no limit. Throws ClientError. */
export async function setLimits(engine: Engine, { scope, id }: BudgetScope, limits: Limits): Promise<void> {
  if (scope === 'app' && id !== null) {
    await engine.call('apps.change', { id, budget: limits });
  } else if (scope === 'provider' && id !== null) {
    await setProviderLimits(engine, id, limits);
  } else {
    const changes = Object.entries(limits).map(([name, value]) => ({ path: `budgets.total.${name}`, value }));
    await engine.call('settings.change', { changes });
  }
}

/** All providers' budgets are one setting; one without any limit leaves it. */
async function setProviderLimits(engine: Engine, id: string, limits: Limits): Promise<void> {
  const { settings } = await engine.call('settings.read');
  const { [id]: before = { dayUsd: null, monthUsd: null }, ...others } = settings.budgets.providers;
  const next = { ...before, ...limits };
  const isEmpty = next.dayUsd === null && next.monthUsd === null;
  const value = isEmpty ? others : { ...others, [id]: next };
  await engine.call('settings.change', { changes: [{ path: 'budgets.providers', value }] });
}
