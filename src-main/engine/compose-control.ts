import type { ModelStatus, Status } from '../../src-shared/control.ts';
import { ControlProblem } from './gateway/control/control-problem.ts';
import type { OperationHandlers } from './gateway/control/operation-handlers.ts';
import type { Clock } from './ports.ts';
import type { Lanes } from './providers/lanes.ts';
import type { Registry } from './providers/registry.ts';
import type { Endpoint } from './routing/endpoint.ts';
import type { Pricing } from './spend/pricing.ts';
import { FLUSH_INTERVAL_MS } from './store/record-writer.ts';
import type { Store } from './store/open-store.ts';
import { VERSION } from './version.ts';

export type StatusHandlers = Pick<OperationHandlers, 'status.read' | 'requests.list' | 'requests.read' | 'models.list'>;

/** What is told of the engine, its requests and its models. */
export interface StatusParts {
  clock: Clock;
  registry: Registry;
  lanes: Lanes;
  pricing: Pricing;
  store: Store;
  folder: string;
  startedAtMs: number;
  secretsDescription: string;
  addresses: () => readonly string[];
  activeRequests: () => number;
  warnings: () => string[];
}

/** What the control API tells of the engine, its requests and its models. */
export function composeControl(parts: StatusParts): StatusHandlers {
  const { registry, store, lanes, pricing } = parts;
  return {
    'status.read': () => readStatus(parts),
    'requests.list': (query) => store.reader.requests(query),
    'requests.read'({ id }) {
      const found = store.reader.request(id);
      if (found === null) throw new ControlProblem(404, 'not_found', 'No request with this id is recorded (yet).');
      return found;
    },
    'models.list': () => ({
      models: registry.snapshot().endpoints.map((endpoint) => modelStatus(endpoint, lanes, pricing)),
    }),
  };
}

/** How everything is now. */
export function readStatus(parts: StatusParts): Status {
  return {
    version: VERSION,
    startedAtMs: parts.startedAtMs,
    addresses: [...parts.addresses()],
    dataFolder: parts.folder,
    secrets: parts.secretsDescription,
    warnings: parts.warnings(),
    providers: parts.registry.status(),
    today: parts.store.reader.totals(localMidnight(parts.clock.nowMs())),
    activeRequests: parts.activeRequests(),
    flushIntervalMs: FLUSH_INTERVAL_MS,
  };
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
