import type { ProviderFeatures, ProviderKind } from '../../../src-shared/catalogue.ts';
import type { ModelStatus, ProviderStatus, RequestView } from '../../../src-shared/control.ts';
import { startTestEngine, type TestEngine } from '../../support/start-test-engine.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';
import type { UpstreamModel } from '../../support/upstreams/upstream-model.ts';

export const KINDS: readonly ProviderKind[] = ['openai', 'anthropic', 'ollama'];

/** The model that the tests talk to, able to do everything that its kind can. */
const MODELS: Readonly<Record<ProviderKind, UpstreamModel>> = {
  openai: { name: 'gpt-4o' },
  anthropic: { name: 'claude-sonnet-4-5', contextTokens: 200_000, maxOutputTokens: 64_000 },
  ollama: {
    name: 'qwen3-vl:8b',
    contextTokens: 131_072,
    capabilities: ['completion', 'tools', 'vision', 'thinking', 'insert'],
    sizeBytes: 6_140_000_000,
    isLoaded: true,
  },
};

/** Null: this kind has no embeddings. */
const EMBEDDING_MODELS: Readonly<Record<ProviderKind, UpstreamModel | null>> = {
  openai: { name: 'text-embedding-3-small', vectorLength: 8 },
  anthropic: null,
  ollama: { name: 'nomic-embed-text:latest', capabilities: ['embedding'], vectorLength: 8 },
};

export interface RigOptions {
  kind: ProviderKind;
  /** Default: everything that OpenAI has. Says what an upstream of the kind `openai` offers besides chat. */
  features?: Partial<ProviderFeatures>;
  /** Listed besides the tests' own models. */
  models?: readonly UpstreamModel[];
  /** Added to the engine's settings. */
  settings?: Record<string, unknown>;
}

/** The running engine with one scripted upstream as its only provider. */
export interface Rig {
  kind: ProviderKind;
  /** Base URL of the gateway, without a path. */
  url: string;
  upstream: Upstream;
  /** Exact name of the model to talk to. */
  model: string;
  /** null: this kind has no embeddings. */
  embeddingModel: string | null;
  /** The newest recorded requests, newest first, once `count` of them are written down. */
  recorded(count?: number): Promise<RequestView[]>;
  /** What the control API tells about the endpoint of `model`. */
  endpoint(): Promise<ModelStatus>;
  provider(): Promise<ProviderStatus>;
  engine: TestEngine;
  stop(): Promise<void>;
}

export async function startRig(options: RigOptions): Promise<Rig> {
  const { kind } = options;
  const embedding = EMBEDDING_MODELS[kind];
  const models = [MODELS[kind], ...(embedding === null ? [] : [embedding]), ...(options.models ?? [])];
  const upstream = await startUpstream({ kind, models });
  const engine = await startTestEngine({
    settings: { ...providerSettings(options, upstream.url), ...options.settings },
    keys: { [kind]: 'sk-upstream' },
  });
  const get = async <Body>(path: string): Promise<Body> => (await (await engine.control(path)).json()) as Body;
  return {
    kind,
    url: engine.url,
    upstream,
    model: MODELS[kind].name,
    embeddingModel: embedding?.name ?? null,
    recorded: (count) => engine.recorded(count),
    endpoint: async () => first((await get<{ models: ModelStatus[] }>('/control/v1/models')).models),
    provider: async () => first((await get<{ providers: ProviderStatus[] }>('/control/v1/status')).providers),
    engine,
    async stop() {
      await engine.stop();
      await upstream.stop();
    },
  };
}

/** Ollama is a provider by itself; the others are made as the person would add them. */
function providerSettings({ kind, features }: RigOptions, baseUrl: string): Record<string, unknown> {
  if (kind === 'ollama') return { ollama: { enabled: true, baseUrl } };
  const offers = { responses: true, completions: true, embeddings: true };
  const provider = {
    id: kind,
    name: kind,
    kind,
    track: 'cloud',
    baseUrl,
    auth: kind === 'anthropic' ? 'x-api-key' : 'bearer',
    pricesId: kind,
    features: kind === 'openai' ? { ...offers, ...features } : {},
  };
  return { providers: [provider] };
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('the control API lists nothing');
  return item;
}
