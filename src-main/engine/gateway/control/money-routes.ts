import { addApp, changeApp, spendQuery } from '../../../../src-shared/money.ts';
import type { AddApp, AddedApp, AppView, ChangeApp, SpendQuery, SpendReport } from '../../../../src-shared/money.ts';
import type { RouteTable } from '../router.ts';
import { idIn, queryOf, type Guard } from './guarded.ts';

/** What the control API can ask about money and apps. Wishes that cannot be granted reject with a ControlProblem. */
export interface MoneyServices {
  spend(query: SpendQuery): SpendReport;
  apps(): AppView[];
  addApp(input: AddApp): Promise<AddedApp>;
  changeApp(id: string, change: ChangeApp): Promise<AppView>;
  removeApp(id: string): Promise<void>;
}

const APPS = '/control/v1/apps/';

export function moneyRoutes(services: MoneyServices, guarded: Guard): RouteTable {
  return {
    'GET /control/v1/spend': guarded((_input, call) => services.spend(spendQuery.parse(queryOf(call)))),
    'GET /control/v1/apps': guarded(() => ({ apps: services.apps() })),
    'POST /control/v1/apps': guarded((input) => services.addApp(addApp.parse(input))),
    'POST /control/v1/apps/*': guarded((input, call) => services.changeApp(idIn(call, APPS), changeApp.parse(input))),
    'DELETE /control/v1/apps/*': guarded(async (_input, call) => {
      await services.removeApp(idIn(call, APPS));
      return { removed: true };
    }),
  };
}
