import { OptimizerRouter } from '../simulation/optimizer-router.ts';
import type { Router } from '../simulation/router.ts';
import type { Site } from '../simulation/site.ts';
import { StaticRouter } from '../simulation/static-router.ts';
import { settingsFor, STRONG, WEAK } from './world.ts';

/** Somebody who decides where every request of the sessions goes. */
export interface Contender {
  name: string;
  /** Is held to the demands; the others are compared with. */
  isJudged: boolean;
  createRouter: (site: Site) => Router;
}

export const BALANCED = 'optimizer, balanced';
export const ALWAYS_WEAK = 'always weak';
export const ALWAYS_STRONG = 'always strong';

export const CONTENDERS: readonly Contender[] = [
  {
    name: BALANCED,
    isJudged: true,
    createRouter: (site) => new OptimizerRouter(site, { settings: settingsFor('balanced') }),
  },
  {
    name: 'optimizer, cost_focused',
    isJudged: true,
    createRouter: (site) => new OptimizerRouter(site, { settings: settingsFor('cost_focused') }),
  },
  { name: ALWAYS_WEAK, isJudged: false, createRouter: (site) => new StaticRouter(site, [WEAK]) },
  { name: ALWAYS_STRONG, isJudged: false, createRouter: (site) => new StaticRouter(site, [STRONG]) },
  {
    name: 'weak, on failure strong',
    isJudged: false,
    createRouter: (site) => new StaticRouter(site, [WEAK, STRONG]),
  },
];
