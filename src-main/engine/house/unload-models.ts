import type { Clock, Log } from '../ports.ts';
import type { ProviderAccess } from '../providers/registry.ts';
import { requestJson, type JsonReply } from '../providers/request-json.ts';
import type { Endpoint } from '../routing/endpoint.ts';

export interface Unloaded {
  /** Endpoint ids. */
  unloaded: string[];
  failed: { id: string; why: string }[];
}

const TIMEOUT_MS = 5_000;

/**
 * Takes models out of memory, all at the same time. Ollama unloads a model that is asked for nothing and to be kept for
 * no time; other servers have no such call. Never rejects.
 */
export async function unloadModels(options: {
  endpoints: readonly Endpoint[];
  access: (providerId: string) => ProviderAccess | null;
  clock: Clock;
}): Promise<Unloaded> {
  const outcomes = await Promise.all(
    options.endpoints.map(async (endpoint) => ({ id: endpoint.id, why: await unload(endpoint, options) })),
  );
  return {
    unloaded: outcomes.flatMap(({ id, why }) => (why === null ? id : [])),
    failed: outcomes.flatMap(({ id, why }) => (why === null ? [] : { id, why })),
  };
}

/** Takes out of memory what we loaded ahead; what others loaded is theirs. What fails is logged. Never rejects. */
export async function unloadOwn(options: {
  own: ReadonlySet<string>;
  endpoints: readonly Endpoint[];
  access: (providerId: string) => ProviderAccess | null;
  clock: Clock;
  log: Log;
}): Promise<void> {
  const { own, endpoints, log, ...rest } = options;
  const { failed } = await unloadModels({ ...rest, endpoints: endpoints.filter(({ id }) => own.has(id)) });
  for (const { id, why } of failed) log.warn({ endpoint: id, why }, 'a model loaded ahead could not be unloaded');
}

/** null: it is out of memory. */
async function unload(
  endpoint: Endpoint,
  { access, clock }: Pick<Parameters<typeof unloadModels>[0], 'access' | 'clock'>,
): Promise<string | null> {
  const { providerId, model, track } = endpoint;
  if (track !== 'local') return 'it is not on this machine';
  const provider = access(providerId);
  if (provider === null) return 'its provider is switched off';
  if (provider.kind !== 'ollama') return `${provider.name} has no call for it: unload it there`;
  const reply = await requestJson({
    clock,
    origin: provider.origin,
    path: `${provider.basePath}/api/generate`,
    method: 'POST',
    headers: provider.authHeaders,
    body: { model, keep_alive: 0, stream: false },
    timeoutMs: TIMEOUT_MS,
  });
  return whyNot(reply, provider.name);
}

function whyNot(reply: JsonReply, name: string): string | null {
  switch (reply.kind) {
    case 'ok':
      return null;
    case 'status':
      return `${name} answered with status ${reply.status}`;
    case 'unreachable':
      return reply.cause === 'timeout'
        ? `${name} did not answer in time`
        : `${name} cannot be reached (${reply.cause})`;
    case 'garbled':
      return `${name} answered something else than JSON`;
  }
}
