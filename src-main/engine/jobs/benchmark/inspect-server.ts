import { isJsonObject } from '../../protocols/json.ts';
import { parseOllamaPs, parseOllamaTags } from '../../protocols/ollama/parse-models.ts';
import type { Clock } from '../../ports.ts';
import type { ProviderAccess } from '../../providers/registry.ts';
import type { Endpoint } from '../../routing/endpoint.ts';
import { askOllama, parsed } from '../calls/ollama-memory.ts';
import type { ServerLook } from './benchmark-parts.ts';

const NOTHING: ServerLook = {
  digest: null,
  serverVersion: null,
  memoryBytes: null,
  vramBytes: null,
  loadedContextTokens: null,
};

/** What an Ollama says of itself and one model. Other servers have no words for it. Never rejects. */
export async function inspectServer(options: {
  clock: Clock;
  access: ProviderAccess | null;
  endpoint: Endpoint;
  signal: AbortSignal;
}): Promise<ServerLook> {
  const { access, endpoint, ...rest } = options;
  if (access?.kind !== 'ollama' || endpoint.track !== 'local') return NOTHING;
  const [tags, version, memory] = await Promise.all(
    ['/api/tags', '/api/version', '/api/ps'].map((path) => askOllama({ ...rest, access, path })),
  );
  const listed = parsed(tags ?? null, parseOllamaTags)?.find(({ name }) => name === endpoint.model);
  const loaded = parsed(memory ?? null, parseOllamaPs)?.find(({ name }) => name === endpoint.model);
  return {
    digest: listed?.digest ?? null,
    serverVersion: isJsonObject(version) && typeof version.version === 'string' ? version.version : null,
    memoryBytes: loaded?.sizeBytes ?? null,
    vramBytes: loaded?.vramBytes ?? null,
    loadedContextTokens: loaded?.contextTokens ?? null,
  };
}
