import type { Choice } from './compose-choice.ts';
import type { Machine } from './compose-machine.ts';
import type { ExchangeContext } from './exchange/context.ts';
import type { RouteFinder } from './exchange/find-route.ts';
import type { GatewayServices } from './gateway/services.ts';
import type { Clock } from './ports.ts';
import { OLLAMA_ID, type Registry } from './providers/registry.ts';
import { requestJson } from './providers/request-json.ts';
import type { Endpoint } from './routing/endpoint.ts';

const OLLAMA_ADMIN_TIMEOUT_MS = 5_000;
/** Clients may ask for any name; what is remembered of them is bounded. */
const MOST_NAMES_KNOWN = 1_000;

/** What the person should know about an address that is not only this machine's. */
export function exposureOf(host: string): string[] {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return [];
  return [
    `The gateway listens on ${host}: everyone who reaches its port can use your models and your money. Set gateway.host to 127.0.0.1 if that is not wanted.`,
  ];
}

/** Names are looked up by every request and change with the snapshot only. */
export function modelDirectory(registry: Registry): RouteFinder['models'] {
  let snapshot = registry.snapshot();
  const known = new Map<string, readonly Endpoint[]>();
  const find = (name: string): readonly Endpoint[] => {
    if (snapshot !== registry.snapshot() || known.size > MOST_NAMES_KNOWN) {
      snapshot = registry.snapshot();
      known.clear();
    }
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = snapshot.endpointFor(name)));
    return found;
  };
  return {
    endpoints: () => registry.snapshot().endpoints,
    resolve: (name, track) => find(track === null ? name : `${track}/${name}`),
    nearestNames: (name, count) => registry.snapshot().nearestNames(name, count),
    refresh: () => registry.refresh(),
    whyBlocked: (endpoint) => registry.whyBlocked(endpoint),
  };
}

export function gatewayServices(parts: {
  context: ExchangeContext;
  finder: RouteFinder;
  registry: Registry;
  clock: Clock;
  startedAtMs: number;
  choice: Choice;
  machine: Machine;
  /** Somebody asks something. */
  onRequest: () => void;
}): GatewayServices {
  const { registry, clock, choice, machine, onRequest, ...shared } = parts;
  return {
    ...shared,
    apps: choice.apps,
    budgets: choice.budgets,
    // A look at the machine every five seconds is enough for choosing; looking each second costs a stream's chunks a fifth.
    onRequest() {
      machine.gate.noteGatewayRequest(clock.monotonicMs());
      onRequest();
    },
    endpoints: () => registry.snapshot().endpoints,
    ollama: () => registry.access(OLLAMA_ID),
    ollamaVersion: () => registry.status().find(({ id }) => id === OLLAMA_ID)?.version ?? null,
    async askOllama(path) {
      const access = registry.access(OLLAMA_ID);
      if (access === null) return { kind: 'unreachable', cause: 'refused', code: 'switched off' };
      const { origin, basePath } = access;
      return requestJson({ clock, origin, path: basePath + path, timeoutMs: OLLAMA_ADMIN_TIMEOUT_MS });
    },
  };
}
