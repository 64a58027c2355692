import type { ProviderKind } from '../../src-shared/catalogue.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './start-test-engine.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from './upstreams/start-upstream.ts';

/** The engine with one scripted provider behind it. */
export interface TestGateway extends TestEngine {
  upstream: Upstream;
}

export interface TestGatewayOptions extends TestEngineOptions {
  upstream?: Partial<UpstreamOptions>;
}

/** A model that each kind of upstream lists, as apps ask for it. */
export const MODELS: Readonly<Record<ProviderKind, string>> = {
  openai: 'gpt-4o',
  anthropic: 'claude-sonnet-4-5',
  ollama: 'llama3.2:3b',
};

/** Starts both; `stop` ends both. The provider's id is `up` and it wants no key; Ollama is Ollama. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const upstream = await startUpstream({ kind: 'openai', ...options.upstream });
  const kind = options.upstream?.kind ?? 'openai';
  const { settings, ...rest } = options;
  const engine = await startTestEngine({ ...rest, settings: { ...settingsFor(kind, upstream.url), ...settings } });
  return {
    ...engine,
    upstream,
    async stop() {
      await engine.stop();
      await upstream.stop();
    },
  };
}

/** Settings that know one upstream. */
export function settingsFor(kind: ProviderKind, url: string): Record<string, unknown> {
  if (kind === 'ollama') return { ollama: { enabled: true, baseUrl: url } };
  return {
    ollama: { enabled: false },
    providers: [{ id: 'up', name: 'Upstream', kind, track: 'cloud', baseUrl: url, auth: 'none', pricesId: kind }],
  };
}
