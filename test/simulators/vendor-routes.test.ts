import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../src-main/engine/protocols/json.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from '../support/upstreams/start-upstream.ts';
import { expectSchema } from '../support/wire-schemas.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

async function start(options: UpstreamOptions): Promise<Upstream> {
  upstream = await startUpstream(options);
  return upstream;
}

describe('openai', () => {
  test('lists and shows models', async () => {
    await start({ kind: 'openai', models: [{ name: 'org/m:latest' }] });
    expectSchema('openai', 'ListModelsResponse', await get('/models'));
    expect(await get('/models/org%2Fm:latest')).toMatchObject({ id: 'org/m:latest', object: 'model' });
    expect(await get('/models/other')).toMatchObject({ error: { code: 'model_not_found' } });
  });

  test('embeds the same text alike, as numbers and in base64', async () => {
    const client = new OpenAI({ baseURL: (await start({ kind: 'openai' })).url, apiKey: 'k' });
    const asked = { model: 'text-embedding-3-small', input: ['one', 'two'] };
    const packed = await client.embeddings.create(asked);
    const plain = await client.embeddings.create({ ...asked, encoding_format: 'float' });
    expect(upstream.received[0]?.body.encoding_format).toBe('base64');
    expect(packed.data).toEqual(plain.data);
    expect(plain.data[0]?.embedding).not.toEqual(plain.data[1]?.embedding);
    expectSchema('openai', 'CreateEmbeddingResponse', plain);
  });

  test('speaks so that its own client understands text, tools and usage', async () => {
    const client = new OpenAI({ baseURL: (await start({ kind: 'openai' })).url, apiKey: 'k' });
    upstream.script(
      answer({
        text: ['a', 'b'],
        toolCalls: [{ name: 'clock', arguments: { zone: 'UTC' } }],
        usage: { input: 3, output: 4 },
      }),
    );
    const body = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hi' }] };
    const result = await client.chat.completions.stream(body).finalChatCompletion();
    expect(result.choices[0]?.message.content).toBe('ab');
    expect(result.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"zone":"UTC"}' } });
    const response = await client.responses.stream({ model: 'gpt-4o', input: 'hi' }).finalResponse();
    expect(response.output_text).toBe('ab');
    expect(response.usage?.total_tokens).toBe(7);
  });
});

describe('anthropic', () => {
  test('lists models page by page', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `claude-${index}`);
    await start({ kind: 'anthropic', models: names.map((name) => ({ name })) });
    const first = await get('/models');
    expect(first).toMatchObject({ has_more: true, first_id: 'claude-0', last_id: 'claude-19' });
    const second = await get('/models?after_id=claude-19');
    expect(second).toMatchObject({ has_more: false, first_id: 'claude-20', last_id: 'claude-24' });
    const data = Array.isArray(first.data) ? first.data : [];
    expect(data).toHaveLength(20);
    for (const model of data) expectSchema('anthropic', 'ModelInfo', model);
  });

  test('counts tokens', async () => {
    await start({ kind: 'anthropic' });
    const counted = await post('/messages/count_tokens', { messages: [{ role: 'user', content: 'hi' }] });
    expectSchema('anthropic', 'CountTokensResponse', counted);
  });

  test('speaks so that its own client understands thinking, text and tools', async () => {
    const { url } = await start({ kind: 'anthropic' });
    const client = new Anthropic({ baseURL: url.replace(/\/v1$/u, ''), apiKey: 'k' });
    upstream.script(
      answer({ thinking: 'hm', text: ['a', 'b'], toolCalls: [{ name: 'clock', arguments: { zone: 'UTC' } }] }),
    );
    const body = { model: 'claude-opus-4-8', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };
    const message = await client.messages.stream(body).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'ab' },
      { type: 'tool_use', name: 'clock', input: { zone: 'UTC' } },
    ]);
    expect(message.stop_reason).toBe('tool_use');
  });
});

describe('ollama', () => {
  test('greets, tells its version, lists, shows and says what is loaded', async () => {
    await start({ kind: 'ollama', version: '0.33.0' });
    expect(await (await fetch(upstream.url)).text()).toBe('Ollama is running');
    expect((await fetch(upstream.url, { method: 'HEAD' })).status).toBe(200);
    expect(await get('/api/version')).toEqual({ version: '0.33.0' });
    expectSchema('ollama', 'ListResponse', asTyped(await get('/api/tags')));
    const loaded = await get('/api/ps');
    expectSchema('ollama', 'ListResponse', asTyped(loaded));
    expect(loaded.models).toMatchObject([{ name: 'llama3.2:3b' }]);
    const shown = await post('/api/show', { model: 'qwen3:8b' });
    expect(shown).toMatchObject({
      capabilities: ['completion', 'tools', 'thinking'],
      model_info: { 'general.architecture': 'qwen', 'qwen.context_length': 40_960 },
    });
    // The package types model_info as a Map, which JSON cannot be.
    const typed = { license: '', system: '', messages: [], ...shown, model_info: { size: 0 } };
    expectSchema('ollama', 'ShowResponse', typed);
  });

  test('says where a model runs in truth', async () => {
    await start({ kind: 'ollama', models: [{ name: 'big:cloud', remoteHost: 'https://ollama.com' }] });
    expect(await get('/api/tags')).toMatchObject({ models: [{ remote_host: 'https://ollama.com' }] });
    expect(await post('/api/show', { model: 'big:cloud' })).toMatchObject({ remote_host: 'https://ollama.com' });
  });

  test('embeds texts and, the old way, one text', async () => {
    await start({ kind: 'ollama' });
    const embedded = await post('/api/embed', { model: 'nomic-embed-text', input: ['one', 'two'] });
    expectSchema('ollama', 'EmbedResponse', embedded);
    expect(embedded.embeddings).toHaveLength(2);
    const old = await post('/api/embeddings', { model: 'nomic-embed-text', prompt: 'one' });
    expectSchema('ollama', 'EmbeddingsResponse', old);
    expect(old.embedding).toEqual(Array.isArray(embedded.embeddings) ? embedded.embeddings[0] : null);
  });

  test('does for its own client all that the client can ask', async () => {
    const client = new Ollama({ host: (await start({ kind: 'ollama' })).url });
    upstream.script(answer({ text: ['a', 'b'] }));
    const messages = [{ role: 'user', content: 'hi' }];
    expect((await client.chat({ model: 'llama3.2:3b', messages })).message.content).toBe('ab');
    const steps: string[] = [];
    for await (const step of await client.pull({ model: 'new:1b', stream: true })) steps.push(step.status);
    expect([steps[0], steps.at(-1)]).toEqual(['pulling manifest', 'success']);
    await client.copy({ source: 'new:1b', destination: 'copy:1b' });
    await client.delete({ model: 'new:1b' });
    const names = (await client.list()).models.map((model) => model.name);
    expect(names).toContain('copy:1b');
    expect(names).not.toContain('new:1b');
    expect((await client.create({ model: 'made:1b', from: 'llama3.2:3b', stream: false })).status).toBe('success');
    await expect(client.show({ model: 'nobody' })).rejects.toThrow("model 'nobody' not found");
  });

  test('takes blobs whose digest is right', async () => {
    await start({ kind: 'ollama' });
    const digest = `sha256:${createHash('sha256').update('weights').digest('hex')}`;
    const at = (name: string): string => `${upstream.url}/api/blobs/${name}`;
    expect((await fetch(at(digest), { method: 'HEAD' })).status).toBe(404);
    expect((await fetch(at(digest), { method: 'POST', body: 'weights' })).status).toBe(201);
    expect((await fetch(at(digest), { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(at('sha256:00'), { method: 'POST', body: 'weights' })).status).toBe(400);
  });

  test('answers unknown paths below /v1 with what they were sent', async () => {
    await start({ kind: 'ollama' });
    const bytes = new Uint8Array([0, 255, 128, 10]);
    const response = await fetch(`${upstream.url}/v1/systemone?x=1`, { method: 'PUT', body: bytes });
    expect(response.headers.get('x-upstream-echo')).toBe('PUT /v1/systemone?x=1');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  test('knows no other paths and no other methods', async () => {
    await start({ kind: 'ollama' });
    const unknown = await fetch(`${upstream.url}/api/unheard`);
    expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found']);
    expect((await fetch(`${upstream.url}/api/tags`, { method: 'DELETE' })).status).toBe(405);
  });
});

test.each([
  ['openai', { authorization: 'Bearer secret' }],
  ['anthropic', { 'x-api-key': 'secret' }],
] as const)('%s wants the key that it was given', async (kind, headers) => {
  await start({ kind, key: 'secret' });
  expect((await fetch(`${upstream.url}/models`)).status).toBe(401);
  expect((await fetch(`${upstream.url}/models`, { headers })).status).toBe(200);
});

async function get(path: string): Promise<JsonObject> {
  return toObject(await (await fetch(upstream.url + path)).json());
}

async function post(path: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(upstream.url + path, { method: 'POST', body: JSON.stringify(body) });
  return toObject(await response.json());
}

function toObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error('no JSON object');
  return value;
}

/** The package's one type for both lists, which demands the fields of both and does not know those of newer servers. */
function asTyped(list: JsonObject): JsonObject {
  const models = Array.isArray(list.models) ? list.models.filter(isJsonObject) : [];
  return {
    models: models.map(({ capabilities: _capabilities, context_length: _length, ...model }) => ({
      modified_at: '2026-11-21T12:00:00Z',
      expires_at: '2026-11-21T12:00:00Z',
      size_vram: 0,
      ...model,
    })),
  };
}
