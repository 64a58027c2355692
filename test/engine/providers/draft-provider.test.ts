import { describe, expect, it } from 'vitest';
import { readCatalogue, placeholdersOf } from '../../../src-main/engine/providers/catalogue.ts';
import { draftProvider } from '../../../src-main/engine/providers/draft-provider.ts';

function good(input: Parameters<typeof draftProvider>[0]) {
  const drafted = draftProvider(input);
  if (!drafted.ok) throw new Error(drafted.sentence);
  return drafted;
}

function bad(input: Parameters<typeof draftProvider>[0]): string {
  const drafted = draftProvider(input);
  if (drafted.ok) throw new Error('it was accepted');
  return drafted.sentence;
}

describe('draftProvider', () => {
  it('makes a provider of every catalogue entry', () => {
    for (const entry of readCatalogue()) {
      const placeholders = Object.fromEntries(placeholdersOf(entry.baseUrl).map((name) => [name, 'mine-1']));
      const { provider } = good({ catalogue: entry.id, placeholders });
      expect(provider).toMatchObject({
        id: entry.id,
        kind: entry.kind,
        auth: entry.auth,
        keyVariable: entry.keyVariable,
      });
      expect(provider.modelsPath).toBe(entry.modelsPath);
    }
  });

  it('uses a pasted key instead of the environment variable of the catalogue', () => {
    const { provider, key } = good({ catalogue: 'openai', key: ' sk-1\n' });
    expect({ key, variable: provider.keyVariable }).toEqual({ key: 'sk-1', variable: null });
    expect(JSON.stringify(provider)).not.toContain('sk-1');
  });

  it('lets the other fields override the entry', () => {
    const models = [' a ', 'a', '', 'b'];
    const { provider } = good({ catalogue: 'openai', id: 'work', name: 'Work', keyVariable: 'WORK_KEY', models });
    expect(provider).toMatchObject({ id: 'work', name: 'Work', keyVariable: 'WORK_KEY', models: ['a', 'b'] });
    expect(provider.baseUrl).toBe('https://api.openai.com/v1');
  });

  it('fills placeholders in, and asks for those that are missing', () => {
    const { provider } = good({ catalogue: 'azure', placeholders: { resource: 'my-res' } });
    expect(provider.baseUrl).toBe('https://my-res.openai.azure.com/openai/v1');
    expect(bad({ catalogue: 'azure' })).toBe(
      'Azure OpenAI needs your resource: its address is https://{resource}.openai.azure.com/openai/v1.',
    );
    expect(bad({ catalogue: 'azure', placeholders: { resource: 'evil.example/' } })).toContain(
      'letters, digits and dashes',
    );
    expect(bad({ catalogue: 'azure', placeholders: { resource: 'r', region: 'x' } })).toContain(
      'no placeholder "region"',
    );
  });

  it.each([
    ['http://127.0.0.1:8080/v1', { id: '127-0-0-1', kind: 'openai', track: 'local', auth: 'none' }],
    ['https://api.example.com/v1', { id: 'example-com', kind: 'openai', track: 'cloud', auth: 'bearer' }],
    ['http://nas.local:9000/v1', { id: 'nas-local', track: 'local', auth: 'none' }],
  ])('derives id, track and auth from the address %s', (baseUrl, expected) => {
    expect(good({ baseUrl }).provider).toMatchObject({ ...expected, modelsPath: '/models' });
  });

  it('derives how the key travels from the kind', () => {
    const baseUrl = 'https://claude.example/v1';
    expect(good({ baseUrl, kind: 'anthropic', key: 'k' }).provider.auth).toBe('x-api-key');
    expect(good({ baseUrl: 'http://10.0.0.2:11434', kind: 'ollama' }).provider).toMatchObject({
      auth: 'none',
      modelsPath: '/api/tags',
    });
  });

  it('sends a key to a local server that got one', () => {
    expect(good({ catalogue: 'vllm', key: 'k' }).provider.auth).toBe('bearer');
    expect(good({ baseUrl: 'http://127.0.0.1:8000/v1', key: 'k' }).provider.auth).toBe('bearer');
  });

  it('refuses to send a key over plain http to somewhere else', () => {
    expect(bad({ baseUrl: 'http://api.example.com/v1', key: 'k' })).toContain('would travel unprotected');
    expect(good({ baseUrl: 'http://192.168.1.2:8000/v1', key: 'k' }).provider.track).toBe('local');
  });

  it.each([
    [{}, 'Name a catalogue entry, or give a base URL.'],
    [{ catalogue: 'opnai' }, 'The catalogue has no provider "opnai"; did you mean openai'],
    [{ catalogue: 'zzzzzzzzzzzz' }, 'The catalogue has no provider "zzzzzzzzzzzz".'],
    [{ catalogue: 'openai', key: 'two words' }, 'signs that no key has'],
    [{ catalogue: 'openai', key: '  ' }, 'The key is empty'],
    [{ catalogue: 'openai', id: 'No Good' }, 'id: use lower-case letters, digits and dashes'],
    [{ baseUrl: 'example.com' }, 'must begin with http:// or https://'],
  ])('complains of %j', (input, sentence) => {
    expect(bad(input)).toContain(sentence);
  });
});
