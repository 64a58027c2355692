import { describe, expect, it } from 'vitest';
import { toEndpoint } from '../../../src-main/engine/providers/model-list.ts';
import { unseenOllamaEndpoint } from '../../../src-main/engine/providers/ollama-endpoints.ts';
import { unlistedModel } from '../../../src-main/engine/providers/parse-model-list.ts';
import { toProvider } from '../../../src-main/engine/providers/provider.ts';
import { buildSnapshot, type ProviderModels } from '../../../src-main/engine/providers/registry-snapshot.ts';
import { providerSettings } from '../../../src-shared/settings.ts';

function cloud(id: string, models: string[] | null): ProviderModels {
  const settings = { id, name: id, kind: 'openai', track: 'cloud', baseUrl: `https://${id}.example/v1` };
  const provider = toProvider(providerSettings.parse(settings));
  return { provider, endpoints: models?.map((model) => toEndpoint(provider, unlistedModel(model))) ?? null };
}

function ollama(models: string[] | null, id = 'ollama'): ProviderModels {
  const settings = { id, name: id, kind: 'ollama', track: 'local', baseUrl: 'http://127.0.0.1:11434', auth: 'none' };
  const provider = toProvider(providerSettings.parse(settings));
  return { provider, endpoints: models?.map((model) => unseenOllamaEndpoint(provider, model)) ?? null };
}

const snapshot = buildSnapshot([
  cloud('openai', ['gpt-4o', 'shared']),
  cloud('router', ['openai/gpt-4o', 'shared', 'meta/llama:free']),
  ollama(['qwen3:8b', 'llama3.2:latest', 'shared', 'gpt-oss:120b-cloud']),
]);

const ids = (name: string) => snapshot.endpointFor(name).map((endpoint) => endpoint.id);

describe('endpointFor', () => {
  it.each([
    ['a bare name', 'gpt-4o', ['openai/gpt-4o']],
    ['PROVIDER/NAME', 'ollama/qwen3:8b', ['ollama/qwen3:8b']],
    ["PROVIDER/NAME before another provider's own name", 'openai/gpt-4o', ['openai/gpt-4o']],
    ['PROVIDER/NAME with a slash in the name', 'router/openai/gpt-4o', ['router/openai/gpt-4o']],
    ['a bare name with a slash in it', 'meta/llama:free', ['router/meta/llama:free']],
    ["a name without Ollama's :latest", 'llama3.2', ['ollama/llama3.2:latest']],
    ['PROVIDER/NAME without :latest', 'ollama/llama3.2', ['ollama/llama3.2:latest']],
    ['a name with a :latest too much', 'gpt-4o:latest', ['openai/gpt-4o']],
    ['a name that several have, the local one first', 'shared', ['ollama/shared', 'openai/shared', 'router/shared']],
    ['local/NAME', 'local/shared', ['ollama/shared']],
    ['cloud/NAME', 'cloud/shared', ['openai/shared', 'router/shared']],
    ['cloud/PROVIDER/NAME', 'cloud/router/shared', ['router/shared']],
    ['a model that a local Ollama hands to its cloud', 'cloud/gpt-oss:120b-cloud', ['ollama/gpt-oss:120b-cloud']],
    ['a cloud model asked for as local', 'local/gpt-oss:120b-cloud', []],
    ['a name nobody has', 'gpt-9', []],
    ['a known provider without that model', 'openai/gpt-9', []],
    ['nothing', '', []],
  ])('understands %s', (_, name, expected) => {
    expect(ids(name)).toEqual(expected);
  });

  it('believes a provider that was never seen to have what is addressed to it', () => {
    const unseen = buildSnapshot([cloud('openai', null), ollama(null)]);
    expect(unseen.endpointFor('openai/o9')).toMatchObject([{ id: 'openai/o9', model: 'o9', track: 'cloud' }]);
    expect(unseen.endpointFor('ollama/qwen3')).toMatchObject([{ model: 'qwen3', protocol: 'ollama', track: 'local' }]);
    expect(unseen.endpointFor('local/qwen3')).toMatchObject([{ id: 'ollama/qwen3' }]);
    expect(unseen.endpointFor('local/ollama/qwen3')).toMatchObject([{ id: 'ollama/qwen3' }]);
    expect(unseen.endpointFor('qwen3')).toEqual([]);
    expect(unseen.endpointFor('openai/')).toEqual([]);
    expect(unseen.endpointFor('/x')).toEqual([]);
  });

  it('never takes a cloud model of an unseen Ollama for a local one', () => {
    const unseen = buildSnapshot([ollama(null)]);
    expect(unseen.endpointFor('ollama/gpt-oss:120b-cloud')).toMatchObject([{ track: 'cloud' }]);
    expect(unseen.endpointFor('local/gpt-oss:120b-cloud')).toEqual([]);
  });

  it('lists endpoints in the order of the providers', () => {
    expect(snapshot.endpoints.map((endpoint) => endpoint.providerId).slice(0, 3)).toEqual([
      'openai',
      'openai',
      'router',
    ]);
    expect(snapshot.byId.get('router/shared')).toBe(snapshot.endpoints[3]);
  });
});

describe('nearestNames', () => {
  it('offers bare names and full ones, without the track in the question', () => {
    expect(snapshot.nearestNames('local/qwen3', 2)).toEqual(['qwen3:8b', 'ollama/qwen3:8b']);
    expect(snapshot.nearestNames('gpt-4', 1)).toEqual(['gpt-4o']);
  });
});
