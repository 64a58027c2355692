import { z } from 'zod';
import { addProvider, requestsQuery } from '../../../../src-shared/control.ts';
import { sendJson, sendText } from '../respond.ts';
import type { RouteTable } from '../router.ts';
import { ControlProblem } from './control-problem.ts';
import type { ControlServices } from './control-services.ts';
import { createGuard, idIn, isAllowed, queryOf, type Guard } from './guarded.ts';
import { machineRoutes } from './machine-routes.ts';
import { moneyRoutes } from './money-routes.ts';
import { optimizerRoutes } from './optimizer-routes.ts';

const keyBody = z.strictObject({ key: z.string().min(1) });

/** `/control/v1/*` and `/metrics`, all behind the control token, and `/health`, which tells nothing. */
export function controlRoutes(services: ControlServices, token: () => string): RouteTable {
  const guarded = createGuard(token);
  return {
    'GET /health': (call) => sendJson(call, 200, { status: 'ok' }),
    'GET /metrics': (call) => {
      if (!isAllowed(call, token())) return;
      void services.metrics().then(({ text, contentType }) => sendText(call, 200, text, contentType));
    },
    'GET /control/v1/status': guarded(() => services.status()),
    'GET /control/v1/requests': guarded((_input, call) => services.requests(requestsQuery.parse(queryOf(call)))),
    'GET /control/v1/requests/*': guarded((_input, call) => {
      const found = services.request(idIn(call, '/control/v1/requests/'));
      if (found === null) throw new ControlProblem(404, 'not_found', 'No request with this id is recorded (yet).');
      return found;
    }),
    'GET /control/v1/models': guarded(() => ({ models: services.models() })),
    ...providerRoutes(services, guarded),
    ...optimizerRoutes(services.optimizer, guarded),
    ...machineRoutes(services.machine, guarded),
    ...moneyRoutes(services.money, guarded),
    '* /control/*': guarded((_input, call) => {
      throw new ControlProblem(404, 'not_found', `There is nothing at ${call.method} ${call.path}.`);
    }),
  };
}

function providerRoutes(services: ControlServices, guarded: Guard): RouteTable {
  return {
    'GET /control/v1/providers': guarded(() => ({ providers: services.providers() })),
    'POST /control/v1/providers': guarded((input) => services.addProvider(addProvider.parse(input))),
    'POST /control/v1/providers/refresh': guarded(async () => ({ providers: await services.refreshProviders() })),
    'POST /control/v1/providers/*': guarded((input, call) => {
      if (call.path.endsWith('/test')) return services.testProvider(idIn(call, '/control/v1/providers/', '/test'));
      if (!call.path.endsWith('/key')) throw new ControlProblem(404, 'not_found', `There is nothing at ${call.path}.`);
      return services.setProviderKey(idIn(call, '/control/v1/providers/', '/key'), keyBody.parse(input).key);
    }),
    'DELETE /control/v1/providers/*': guarded(async (_input, call) => {
      await services.removeProvider(idIn(call, '/control/v1/providers/'));
      return { removed: true };
    }),
  };
}
