import type { ModelStatus, ProviderStatus } from '../../src-shared/control.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { ControlServices } from './gateway/control/control-services.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Clock } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Managed, ProviderManager } from './providers/manage-providers.ts';
import type { Registry } from './providers/registry.ts';
import type { Endpoint } from './routing/endpoint.ts';
import type { Pricing } from './spend/pricing.ts';
import { FLUSH_INTERVAL_MS } from './store/record-writer.ts';
import type { Store } from './store/open-store.ts';
import { VERSION } from './version.ts';

/** Puts together what the control API answers from the rooms that know. */
export function composeControl(parts: {
  clock: Clock;
  registry: Registry;
  manager: ProviderManager;
  lanes: Lanes;
  pricing: Pricing;
  store: Store;
  metrics: Metrics;
  folder: string;
  startedAtMs: number;
  secretsDescription: string;
  addresses: () => readonly string[];
  activeRequests: () => number;
  warnings: () => string[];
  optimizer: ControlServices['optimizer'];
  machine: ControlServices['machine'];
  money: ControlServices['money'];
}): ControlServices {
  const { registry, manager, store } = parts;
  const statusOf = (id: string): ProviderStatus => {
    const found = registry.status().find((provider) => provider.id === id);
    if (found !== undefined) return found;
    throw new ControlProblem(404, 'not_found', `There is no provider "${id}".`);
  };
  return {
    status: () => ({
      version: VERSION,
      startedAtMs: parts.startedAtMs,
      addresses: [...parts.addresses()],
      dataFolder: parts.folder,
      secrets: parts.secretsDescription,
      warnings: parts.warnings(),
      providers: registry.status(),
      today: store.reader.totals(localMidnight(parts.clock.nowMs())),
      activeRequests: parts.activeRequests(),
      flushIntervalMs: FLUSH_INTERVAL_MS,
    }),
    requests: (query) => store.reader.requests(query),
    request: (id) => store.reader.request(id),
    models: () => registry.snapshot().endpoints.map((endpoint) => modelStatus(endpoint, parts.lanes, parts.pricing)),
    providers: () => registry.status(),
    async addProvider(input) {
      const { id } = valueOf(await manager.addProvider(input));
      await registry.refresh(id);
      return statusOf(id);
    },
    async removeProvider(id) {
      valueOf(await manager.removeProvider(id));
    },
    testProvider: (id) => manager.testProvider(id),
    async setProviderKey(id, key) {
      valueOf(await manager.setKey(id, key));
      return manager.testProvider(id);
    },
    async refreshProviders() {
      await registry.refresh();
      return registry.status();
    },
    optimizer: parts.optimizer,
    machine: parts.machine,
    money: parts.money,
    metrics: () => parts.metrics.read(),
  };
}

function valueOf<Value>(managed: Managed<Value>): Value {
  if (managed.ok) return managed.value;
  throw new ControlProblem(400, 'invalid_request', managed.sentence);
}

function modelStatus(endpoint: Endpoint, lanes: Lanes, pricing: Pricing): ModelStatus {
  const lane = lanes.find(endpoint.id);
  const price = pricing.unitPrice(endpoint);
  return {
    id: endpoint.id,
    provider: endpoint.providerId,
    model: endpoint.model,
    track: endpoint.track,
    protocol: endpoint.protocol,
    capabilities: { ...endpoint.capabilities },
    contextTokens: endpoint.contextTokens,
    loaded: endpoint.loaded,
    sizeBytes: endpoint.sizeBytes,
    inputUsdPerMillion: price?.input ?? null,
    outputUsdPerMillion: price?.output ?? null,
    circuit: lane?.breaker.state ?? 'closed',
    active: lane?.queue.active ?? 0,
    queued: lane?.queue.waiting ?? 0,
  };
}

function localMidnight(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}
