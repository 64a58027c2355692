import { describe, expect, it, onTestFinished } from 'vitest';
import type { ProviderKind } from '../../src-shared/catalogue.ts';
import { MODELS, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { postJson, PROTOCOLS, refusal, SURFACES } from './surfaces.ts';

async function gatewayTo(kind: ProviderKind): Promise<TestGateway> {
  const gateway = await startGateway({ upstream: { kind } });
  onTestFinished(() => gateway.stop());
  return gateway;
}

describe('an unknown model', () => {
  it.each(SURFACES)('gets 404 and the nearest names on $name', async (surface) => {
    const gateway = await gatewayTo('openai');
    const answer = await postJson(gateway.url + surface.path, surface.body('gpt-4o-mni'));
    const message = await refusal(answer, 404, surface);
    expect(message).toContain("model 'gpt-4o-mni' not found");
    expect(message).toMatch(/Did you mean .*gpt-4o-mini.*\?/);
    expect(gateway.upstream.calls).toHaveLength(0);
  });

  it.each(SURFACES)('that is like no other gets the routed names on $name', async (surface) => {
    const gateway = await gatewayTo('openai');
    const answer = await postJson(gateway.url + surface.path, surface.body('zzzzzzzzzzzzzzzz'));
    expect(await refusal(answer, 404, surface)).toContain('pointsman/auto');
  });

  it.each(Object.values(PROTOCOLS))(
    'of a megabyte is refused on $name without being repeated at length',
    async (surface) => {
      const gateway = await gatewayTo('openai');
      const answer = await postJson(gateway.url + surface.path, surface.body('m'.repeat(1024 * 1024)));
      expect((await refusal(answer, 404, surface)).length).toBeLessThan(1000);
    },
  );

  it('is told by its model page too', async () => {
    const gateway = await gatewayTo('openai');
    const answer = await fetch(`${gateway.url}/v1/models/gpt-4o-mni`);
    expect(await refusal(answer, 404, PROTOCOLS.openai)).toContain('gpt-4o-mini');
  });
});

const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const AUDIO = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } };
const GIF = { type: 'image_url', image_url: { url: 'https://example.com/a.gif' } };

describe('a feature that the target cannot express', () => {
  it.each<[string, ProviderKind, string, Record<string, unknown>, RegExp]>([
    ['n=3', 'ollama', '/v1/chat/completions', { n: 3, ...user('Hello') }, /3 alternative answers/],
    ['n=3', 'anthropic', '/v1/chat/completions', { n: 3, ...user('Hello') }, /3 alternative answers/],
    ['audio', 'anthropic', '/v1/chat/completions', user([AUDIO]), /input_audio/],
    ['audio', 'ollama', '/v1/chat/completions', user([AUDIO]), /input_audio/],
    ['an image by its address', 'ollama', '/v1/chat/completions', user([GIF]), /image|see images/],
    ['log probabilities', 'anthropic', '/v1/chat/completions', { logprobs: true, ...user('Hello') }, /logprobs/],
    ['suffix', 'anthropic', '/v1/completions', { prompt: 'a', suffix: 'b' }, /suffix|fill in the middle/],
    ['suffix', 'openai', '/v1/completions', { prompt: 'a', suffix: 'b' }, /suffix|fill in the middle/],
    ['suffix', 'openai', '/api/generate', { prompt: 'a', suffix: 'b' }, /suffix|fill in the middle/],
    ['raw', 'openai', '/api/generate', { prompt: 'a', raw: true }, /raw/],
    ['raw', 'anthropic', '/api/generate', { prompt: 'a', raw: true }, /raw/],
    ['context', 'openai', '/api/generate', { prompt: 'a', context: [1, 2, 3] }, /context/],
    ['context', 'anthropic', '/api/generate', { prompt: 'a', context: [1, 2, 3] }, /context/],
    ['several prompts', 'ollama', '/v1/completions', { prompt: ['a', 'b'] }, /prompt/],
    ['embeddings', 'anthropic', '/v1/embeddings', { input: 'a' }, /embed/],
    ['token numbers', 'ollama', '/v1/embeddings', { input: [1, 2, 3] }, /token numbers|embed/],
    [
      'tools at a model without',
      'ollama',
      '/v1/chat/completions',
      { model: 'llava:7b', tools: [{ type: 'function', function: { name: 'f', parameters: {} } }], ...user('x') },
      /cannot call tools/,
    ],
  ])('is refused, and named: %s to %s from %s', async (_what, kind, path, body, named) => {
    const gateway = await gatewayTo(kind);
    const surface = path.startsWith('/api/') ? PROTOCOLS.ollama : PROTOCOLS.openai;
    const answer = await postJson(gateway.url + path, { model: MODELS[kind], ...body });
    const message = await refusal(answer, 400, surface);
    expect(message).toMatch(named);
    expect(gateway.upstream.calls).toHaveLength(0);
    const [record] = await gateway.recorded();
    expect(record).toMatchObject({ outcome: 'failed', status: 400, attempts: [] });
  });

  it('goes to another target when the name is routed', async () => {
    const gateway = await gatewayTo('openai');
    const answer = await postJson(`${gateway.url}/v1/chat/completions`, { model: 'pointsman/auto', ...user([AUDIO]) });
    expect(answer.status).toBe(200);
    expect(gateway.upstream.calls[0]?.body.messages).toEqual(user([AUDIO]).messages);
  });
});
