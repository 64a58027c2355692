import { totalmem } from 'node:os';
import type { Settings } from '../../src-shared/settings.ts';
import type { Machine } from './compose-machine.ts';
import { createRouteChooser } from './compose-routing.ts';
import type { RouteChooser } from './exchange/find-route.ts';
import { DualTrackOptimizer } from './optimizer/dual-track-optimizer.ts';
import { createUniformDraws } from './optimizer/uniform-draws.ts';
import type { Clock, Log, Random } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';
import type { Endpoint } from './routing/endpoint.ts';
import type { RoutePolicy } from './routing/rank-endpoints.ts';
import { AppKeys } from './spend/app-keys.ts';
import { budgetPace } from './spend/budget-pace.ts';
import { BudgetBook } from './spend/budget-book.ts';
import { estimateLocalWatts } from './spend/energy.ts';
import type { Pricing } from './spend/pricing.ts';
import { findReferenceModel, type ReferenceModel } from './spend/reference-price.ts';
import type { Store } from './store/open-store.ts';

/** Everything that decides where a request goes and what it may cost. */
export interface Choice {
  optimizer: DualTrackOptimizer;
  chooser: RouteChooser;
  budgets: BudgetBook;
  apps: AppKeys;
  /** What savings are measured against now. */
  reference: () => ReferenceModel | null;
  /** Watts that this machine draws more while a local model works. */
  localWatts: () => number;
  adoptSettings(next: Settings): void;
}

export interface ChoiceParts {
  clock: Clock;
  random: Random;
  log: Log;
  settings: () => Settings;
  registry: Registry;
  lanes: Lanes;
  pricing: Pricing;
  store: Store;
  machine: Pick<Machine, 'monitor' | 'throttle'>;
}

/** Weights beyond this share of the memory would push everything else out. */
const MEMORY_SHARE = 0.6;

export function composeChoice(parts: ChoiceParts): Choice {
  const { clock, registry, lanes, pricing, store, settings } = parts;
  const { monitor } = parts.machine;
  const budgets = new BudgetBook({
    settings: settings(),
    clock,
    spentSince: (sinceMs, only) => store.spend.spentSince(sinceMs, only),
  });
  const apps = new AppKeys(settings().apps);
  const endpoints = () => registry.snapshot().endpoints;
  const outputPriceOf = (endpoint: Endpoint) => pricing.unitPrice(endpoint)?.output ?? null;
  const blocked = (endpoint: Endpoint) => registry.whyBlocked(endpoint) ?? lanes.whyBlocked(endpoint.id);
  const reference = remembering(
    () => [settings(), endpoints(), pricing.book],
    () => findReferenceModel({ settings: settings(), endpoints: endpoints(), pricing }),
  );
  const localWatts = remembering(
    () => [settings(), monitor.latest()],
    () => wattsOf(settings(), parts.machine),
  );
  const optimizer = new DualTrackOptimizer({
    ...parts,
    random: createUniformDraws(parts.random),
    endpoints,
    machine: () => monitor.machine(),
    situationOf: (endpoint) => situationOf(parts, endpoint),
    priceCall: (endpoint, usage) => pricing.priceCall(endpoint, usage),
    outputPriceOf,
    localWatts,
    blocked,
    overBudget: ({ endpoint, appId, ceilingNanoUsd }) =>
      endpoint.track === 'local'
        ? null
        : budgets.whyRefused({ appId, providerId: endpoint.providerId, costCeilingNanoUsd: ceilingNanoUsd }),
    budgetPace: () => budgetPace(budgets.status(), clock.nowMs()),
    throttledRatio: (endpointId) => parts.machine.throttle.verdict(endpointId, clock.monotonicMs()).ratio,
    state: {
      read: (name) => store.states.readState(name),
      save: (name, version, bytes) => void store.states.saveState({ name, version, bytes }),
    },
  });
  monitor.onSample(({ gpus }) => {
    // A card that cannot be read may still be there: only one that is seen tells something.
    if (gpus?.some(({ memoryTotalBytes }) => memoryTotalBytes !== null) === true) optimizer.setCpuOnly(false);
  });
  optimizer.onAdapted((adaptation) => store.writer.append(adaptation));
  const plainPolicy = remembering(
    () => [settings()],
    (): RoutePolicy => ({ ...settings().models, memoryBytes: totalmem() * MEMORY_SHARE, outputPrice: outputPriceOf }),
  );
  const chooser = createRouteChooser({
    optimizer,
    budgets,
    pricing,
    settings,
    plainPolicy,
    blocked,
    machine: () => monitor.machine(),
    policy: () => optimizer.policy,
    reference,
    localWatts,
    noteSpeed: ({ id }, tokensPerSecond) =>
      parts.machine.throttle.measure({
        endpointId: id,
        tokensPerSecond,
        nowMs: clock.monotonicMs(),
        onBattery: monitor.machine().onBattery,
      }),
  });
  return {
    optimizer,
    chooser,
    budgets,
    apps,
    reference,
    localWatts,
    adoptSettings(next) {
      optimizer.followSettings();
      budgets.update(next);
      apps.update(next.apps);
    },
  };
}

/** Computes anew when one of the objects that it is made from is another one. */
function remembering<Value>(madeOf: () => readonly unknown[], make: () => Value): () => Value {
  let before: readonly unknown[] | null = null;
  let value: Value;
  return () => {
    const now = madeOf();
    if (before === null || now.some((each, place) => each !== before?.[place])) {
      before = now;
      value = make();
    }
    return value;
  };
}

function situationOf({ lanes, settings }: ChoiceParts, endpoint: Endpoint) {
  const queue = lanes.find(endpoint.id)?.queue;
  const { localConcurrency, cloudConcurrency } = settings().limits;
  return {
    active: queue?.active ?? 0,
    queued: queue?.waiting ?? 0,
    concurrency: endpoint.track === 'local' ? localConcurrency : cloudConcurrency,
  };
}

function wattsOf(settings: Settings, { monitor }: ChoiceParts['machine']): number {
  const { gpus, power } = monitor.latest();
  const card = gpus?.find(({ memoryTotalBytes }) => memoryTotalBytes !== null);
  return estimateLocalWatts({
    localWatts: settings.power.localWatts,
    machine: {
      platform: process.platform,
      arch: process.arch,
      graphicsCard: card?.name ?? null,
      hasBattery: power.hasBattery,
      dischargeWatts: null,
      idleDischargeWatts: null,
    },
  }).watts;
}
