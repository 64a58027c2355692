import { OpenAIEmbeddings } from '@langchain/openai';
import { embed, embedMany } from 'ai';
import { describe, expect, it } from 'vitest';
import { embed as vectorOf } from '../../support/upstreams/upstream-model.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { checkWire } from './check-wire.ts';
import { checkedFetch } from './checked-fetch.ts';
import { createCompatible, createOpenAiClient } from './clients.ts';
import { postRaw } from './post-raw.ts';

const TEXTS = ['Hello there', 'hé 你好🌍'];
const VECTORS = TEXTS.map((text) => vectorOf(text, 8));

describe.each(['openai', 'ollama'] as const)('embeddings of an upstream of the kind %s', (kind) => {
  it('14. openai asks for base64 and decodes the same numbers as with float', async () => {
    const rig = await rigForTest({ kind });
    const client = createOpenAiClient(rig);
    const byDefault = await client.embeddings.create({ model: embedder(rig), input: TEXTS });
    const asFloat = await client.embeddings.create({ model: embedder(rig), input: TEXTS, encoding_format: 'float' });
    expect(byDefault.data.map((item) => item.embedding)).toEqual(VECTORS);
    expect(asFloat.data.map((item) => item.embedding)).toEqual(VECTORS);
    expect(asFloat.data.map((item) => item.index)).toEqual([0, 1]);
  });

  it('14. base64 on the wire is what was asked for', async () => {
    const rig = await rigForTest({ kind });
    const ask = { model: embedder(rig), input: 'Hello', encoding_format: 'base64' };
    const { text } = await postRaw(rig, '/v1/embeddings', ask);
    expect(text).toMatch(/"embedding":"[A-Za-z0-9+/=]+"/u);
  });

  it('14. usage is told and recorded', async () => {
    const rig = await rigForTest({ kind });
    const { usage } = await createOpenAiClient(rig).embeddings.create({ model: embedder(rig), input: 'one two three' });
    expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    const [record] = await rig.recorded();
    expect(record).toMatchObject({ operation: 'embeddings', outcome: 'ok' });
    expect(record?.attempts[0]).toMatchObject({ inputTokens: 3, outputTokens: 0 });
  });

  it('14. AI SDK embed and embedMany', async () => {
    const rig = await rigForTest({ kind });
    const model = createCompatible(rig).embeddingModel(embedder(rig));
    expect((await embed({ model, value: TEXTS[0] ?? '', maxRetries: 0 })).embedding).toEqual(VECTORS[0]);
    expect((await embedMany({ model, values: TEXTS, maxRetries: 0 })).embeddings).toEqual(VECTORS);
  });

  it('14. LangChain embedDocuments', async () => {
    const rig = await rigForTest({ kind });
    const configuration = { baseURL: `${rig.url}/v1`, fetch: checkedFetch() };
    const embedder_ = new OpenAIEmbeddings({ model: embedder(rig), apiKey: 'none', maxRetries: 0, configuration });
    expect(await embedder_.embedDocuments(TEXTS)).toEqual(VECTORS);
  });
});

describe('embeddings that cannot be had', () => {
  it('14. a provider of the kind anthropic has none: 400 that says so', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    const { status, text } = await postRaw(rig, '/v1/embeddings', { input: 'Hello' });
    expect(status).toBe(400);
    expect(text).toContain('embedding');
  });
});

describe.each(KINDS)('model list with an upstream of the kind %s', (kind) => {
  it('15. openai lists its models, and the list is never null', async () => {
    const rig = await rigForTest({ kind });
    const ids: string[] = [];
    for await (const model of createOpenAiClient(rig).models.list()) ids.push(model.id);
    expect(ids).toContain(kind === 'ollama' ? rig.model : `${kind}/${rig.model}`);
    expect(ids).toContain('pointsman/auto');
  });

  it('15. every listed name can be retrieved and asked', async () => {
    const rig = await rigForTest({ kind });
    const client = createOpenAiClient(rig);
    for await (const { id } of client.models.list()) expect((await client.models.retrieve(id)).id).toBe(id);
    const listed = kind === 'ollama' ? rig.model : `${kind}/${rig.model}`;
    const { model } = await client.chat.completions.create({
      model: listed,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(model.endsWith(rig.model)).toBe(true);
    expect(rig.upstream.calls[0]?.body.model).toBe(rig.model);
  });

  it('15. retrieve of org/m:latest, percent-encoded and not', async () => {
    const name = 'org/m:latest';
    const rig = await rigForTest({ kind, models: [{ name, capabilities: ['completion'] }] });
    const { id } = await createOpenAiClient(rig).models.retrieve(name);
    expect(id.endsWith(name)).toBe(true);
    const plain = await fetch(`${rig.url}/v1/models/${name}`);
    expect(plain.status).toBe(200);
    checkWire({ path: '/v1/models/x', status: 200, type: 'application/json', text: await plain.text() });
  });

  it('15. retrieve of a name that nobody has is a 404 in OpenAI’s form', async () => {
    const rig = await rigForTest({ kind });
    await expect(createOpenAiClient(rig).models.retrieve('nobody/has-this')).rejects.toMatchObject({
      status: 404,
      type: 'not_found_error',
    });
  });

  it('15. without any model the list is still a list', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.state.models = [];
    await rig.engine.control('/control/v1/providers/refresh', { method: 'POST', body: '{}' });
    const { data } = await createOpenAiClient(rig).models.list();
    expect(data.filter((model) => !model.id.startsWith('pointsman/'))).toEqual([]);
  });
});

function embedder(rig: Rig): string {
  return rig.embeddingModel ?? '';
}
