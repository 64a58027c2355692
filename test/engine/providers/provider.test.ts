import { describe, expect, it } from 'vitest';
import { toProvider } from '../../../src-main/engine/providers/provider.ts';
import { providerSettings } from '../../../src-shared/settings.ts';

function provider(more: Record<string, unknown>) {
  const base = { id: 'p', name: 'P', kind: 'openai', track: 'cloud', baseUrl: 'https://api.example.com/v1' };
  return toProvider(providerSettings.parse({ ...base, ...more }));
}

describe('toProvider', () => {
  it('takes the base URL apart into origin and path without a final slash', () => {
    const { origin, basePath, pathFor } = provider({ baseUrl: 'https://api.example.com:8443/inference/v1/' });
    expect({ origin, basePath }).toEqual({ origin: 'https://api.example.com:8443', basePath: '/inference/v1' });
    expect(pathFor('/models')).toBe('/inference/v1/models');
  });

  it('has an empty base path for a bare host', () => {
    expect(provider({ baseUrl: 'https://ollama.com' }).pathFor('/api/tags')).toBe('/api/tags');
  });

  it('calls an Ollama at localhost by 127.0.0.1, and leaves other names alone', () => {
    expect(provider({ kind: 'ollama', baseUrl: 'http://localhost:11434' }).origin).toBe('http://127.0.0.1:11434');
    expect(provider({ baseUrl: 'http://localhost:8080/v1' }).origin).toBe('http://localhost:8080');
  });

  it.each([
    ['bearer', ['authorization', 'Bearer k-1']],
    ['x-api-key', ['x-api-key', 'k-1']],
    ['api-key', ['api-key', 'k-1']],
    ['none', []],
  ])('sends a key by the scheme %s', (auth, expected) => {
    expect(provider({ auth }).headers('k-1')).toEqual(expected);
  });

  it('sends nothing without a key', () => {
    expect(provider({ auth: 'bearer' }).headers(null)).toEqual([]);
  });
});
