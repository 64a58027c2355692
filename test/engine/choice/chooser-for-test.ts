import { settings as settingsSchema, type Settings } from '../../../src-shared/settings.ts';
import { createRouteChooser } from '../../../src-main/engine/compose-routing.ts';
import { Deadlines } from '../../../src-main/engine/exchange/deadlines.ts';
import type { ExchangeContext } from '../../../src-main/engine/exchange/context.ts';
import {
  findRoute,
  type Route,
  type RouteFinder,
  type RouteWish,
} from '../../../src-main/engine/exchange/find-route.ts';
import type { Caller } from '../../../src-main/engine/exchange/incoming-call.ts';
import type { DualTrackOptimizer } from '../../../src-main/engine/optimizer/dual-track-optimizer.ts';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import type { ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { UNKNOWN_MACHINE, type MachineState } from '../../../src-main/engine/routing/machine-state.ts';
import { BudgetBook } from '../../../src-main/engine/spend/budget-book.ts';
import { createPriceBook } from '../../../src-main/engine/spend/price-book.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { optimizerForTest, priceCall } from '../optimizer/make-optimizer.ts';

/** Everything between an incoming call and its route, as the engine puts it together, with nothing behind it. */
export interface ChooserForTest {
  optimizer: DualTrackOptimizer;
  clock: ManualClock;
  budgets: BudgetBook;
  /** Read anew for every request; replace to change. */
  around: { settings: Settings; machine: MachineState; blocked: (endpoint: Endpoint) => string | null };
  adopt(settings: Record<string, unknown>): void;
  find(wish: WishForTest): Promise<Route>;
}

export interface WishForTest {
  model: string;
  caller?: Partial<Caller>;
  /** null: not for text. Default: a greeting. */
  request?: Omit<ChatRequest, 'model'> | null;
  capabilities?: RouteWish['needs']['capabilities'];
}

export const GREETING: Omit<ChatRequest, 'model'> = {
  mode: 'chat',
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello there' }] }],
  stream: false,
};

export function chooserForTest(parts: { endpoints: readonly Endpoint[]; random?: () => number }): ChooserForTest {
  const { endpoints } = parts;
  const around: ChooserForTest['around'] = {
    settings: settingsSchema.parse({}),
    machine: UNKNOWN_MACHINE,
    blocked: () => null,
  };
  const bench = optimizerForTest({
    endpoints: () => endpoints,
    machine: () => around.machine,
    blocked: (endpoint) => around.blocked(endpoint),
    overBudget: ({ endpoint, appId, ceilingNanoUsd }) =>
      endpoint.track === 'local'
        ? null
        : budgets.whyRefused({ appId, providerId: endpoint.providerId, costCeilingNanoUsd: ceilingNanoUsd }),
    ...(parts.random === undefined ? {} : { random: parts.random }),
  });
  const { optimizer, clock, log } = bench;
  const budgets = new BudgetBook({
    settings: around.settings,
    clock,
    spentSince: () => ({ costNanoUsd: 0, unknownCosts: 0 }),
  });
  const chooser = createRouteChooser({
    optimizer,
    budgets,
    pricing: {
      priceCall,
      unitPrice: () => null,
      rulesFor: () => null,
      update: () => undefined,
      book: createPriceBook(),
      useBook: () => undefined,
    },
    settings: () => around.settings,
    policy: () => optimizer.policy,
    plainPolicy: () => ({ ...around.settings.models, memoryBytes: null, outputPrice: () => null }),
    machine: () => around.machine,
    blocked: (endpoint) => around.blocked(endpoint),
    reference: () => null,
    localWatts: () => 10,
    noteSpeed: () => undefined,
  });
  const unreachable = (): never => {
    throw new Error('nothing is called here');
  };
  const limits = { concurrency: { local: 4, cloud: 4 }, queueLength: 4, queueWaitMs: 1_000, concurrencyOf: () => null };
  const context: ExchangeContext = {
    clock,
    log,
    client: { send: unreachable },
    lanes: new Lanes({ clock, limits }),
    deadlines: new Deadlines(clock),
    settings: () => around.settings,
    providers: { access: () => null, reportCredential: unreachable },
    keeper: null,
    fetchImage: unreachable,
    warmUps: { begin: unreachable },
    priceCall,
    onRecord: unreachable,
  };
  const finder: RouteFinder = {
    context,
    chooser,
    models: {
      endpoints: () => endpoints,
      resolve: (name, track) =>
        endpoints.filter((each) => [each.id, each.model].includes(name) && (track === null || each.track === track)),
      nearestNames: () => [],
      refresh: () => Promise.resolve(),
      whyBlocked: () => null,
    },
  };
  let asked = 0;
  return {
    optimizer,
    clock,
    budgets,
    around,
    adopt(settings) {
      around.settings = bench.around.settings = settingsSchema.parse(settings);
      budgets.update(around.settings);
    },
    find({ model, caller, request = GREETING, capabilities = ['text'] }) {
      asked += 1;
      const wish: RouteWish = {
        call: {
          id: `request-${asked}`,
          arrivedMs: clock.monotonicMs(),
          startedAtMs: clock.nowMs(),
          caller: { name: null, app: null, pins: {}, session: null, ...caller },
          text: JSON.stringify({ model, input: 'Hello there' }),
          query: '',
          protocolHeaders: [],
          apiVersion: null,
        },
        model,
        needs: { capabilities, promptTokens: 20 },
        request: request === null ? null : { ...request, model },
        unsupported: () => [],
      };
      return new Promise((resolve) => findRoute(finder, wish, resolve));
    },
  };
}
