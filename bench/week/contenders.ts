import { settings as settingsSchema, type Settings } from '../../src-shared/settings.ts';
import { STRATEGIES, type Strategy } from '../../src-shared/strategy.ts';
import { OptimizerRouter } from '../simulation/optimizer-router.ts';
import type { Router } from '../simulation/router.ts';
import type { Site } from '../simulation/site.ts';
import { StaticRouter } from '../simulation/static-router.ts';
import { MONTH_BUDGET_USD, SPENT_BEFORE_USD } from './week-script.ts';

export interface Contender {
  name: string;
  strategy: Strategy | null;
  settings: Settings;
  createRouter: (site: Site) => Router;
}

const LOCAL = 'ollama/middle:8b';
const CLOUD = 'south/clever';

/** Everything at its default but the strategy and the month's money. */
function settingsFor(strategy: Strategy): Settings {
  return settingsSchema.parse({ optimizer: { strategy }, budgets: { total: { monthUsd: MONTH_BUDGET_USD } } });
}

function fixed(name: string, endpointIds: readonly string[]): Contender {
  const settings = settingsSchema.parse({});
  return { name, strategy: null, settings, createRouter: (site) => new StaticRouter(site, endpointIds) };
}

/** The six strategies, and what people do without a router: one local model, one cloud model, or one after the other. */
export const CONTENDERS: readonly Contender[] = [
  ...STRATEGIES.map((strategy): Contender => {
    const spentNanoUsd = SPENT_BEFORE_USD * 1e9;
    const createRouter = (site: Site) => new OptimizerRouter(site, { spentNanoUsd });
    return { name: strategy, strategy, settings: settingsFor(strategy), createRouter };
  }),
  fixed('always local', [LOCAL]),
  fixed('always cloud', [CLOUD]),
  fixed('local, then cloud', [LOCAL, CLOUD]),
];
