import { streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, postRaw } from './post-raw.ts';

const TEXT = ['Hel', 'lo ', 'you.'];
const ASK = { messages: HELLO };

describe.each(KINDS)('chat completions of an upstream of the kind %s', (kind) => {
  async function rigSaying(text = TEXT) {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text, usage: { input: 20, output: 5 } }));
    return rig;
  }

  it('2. `stream` absent: one JSON body', async () => {
    const rig = await rigSaying();
    const { status, headers, text } = await postRaw(rig, '/v1/chat/completions', ASK);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/u);
    expect(at(JSON.parse(text), 'choices', 0, 'message', 'content')).toBe('Hello you.');
    expect(rig.upstream.calls[0]?.body.stream ?? false).toBe(false);
  });

  it('2. `stream` absent: openai reads the whole answer', async () => {
    const rig = await rigSaying();
    const { choices, object, usage } = await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      ...ASK,
    });
    expect(object).toBe('chat.completion');
    expect(choices).toHaveLength(1);
    expect(choices[0]).toMatchObject({
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Hello you.', refusal: null },
    });
    expect(usage).toMatchObject({ prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 });
  });

  it('7. chat stream: role, deltas, finish, usage chunk, [DONE]', async () => {
    const rig = await rigSaying();
    const chunks = await postChatStream(rig, { stream_options: { include_usage: true } });
    expect(chunks.pop()).toBe('[DONE]');
    const usage = chunks.pop();
    expect(at(usage, 'choices')).toEqual([]);
    expect(at(usage, 'usage')).toMatchObject({ prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 });
    expect(at(chunks[0], 'choices', 0, 'delta', 'role')).toBe('assistant');
    const finish = chunks.pop();
    expect(at(finish, 'choices', 0, 'delta')).toEqual({});
    expect(at(finish, 'choices', 0, 'finish_reason')).toBe('stop');
    const deltas = chunks.map((chunk) => at(chunk, 'choices', 0, 'delta', 'content') ?? '');
    expect(deltas.filter((delta) => delta !== '')).toEqual(TEXT);
    for (const chunk of chunks) expect(at(chunk, 'choices', 0, 'finish_reason')).toBeNull();
  });

  it('7. chat stream: id, created and model are the same in all chunks', async () => {
    const rig = await rigSaying();
    const chunks = await postChatStream(rig, { stream_options: { include_usage: true } });
    const heads = chunks
      .slice(0, -1)
      .map((chunk) => JSON.stringify(['id', 'created', 'model'].map((key) => at(chunk, key))));
    expect(new Set(heads).size).toBe(1);
    expect(at(chunks[0], 'model')).toBe(rig.model);
  });

  it('7. chat stream: no usage chunk unless asked', async () => {
    const rig = await rigSaying();
    const chunks = await postChatStream(rig);
    expect(chunks.pop()).toBe('[DONE]');
    for (const chunk of chunks) expect(at(chunk, 'choices', 0)).toBeDefined();
  });

  it('7. openai create({ stream: true }) reads the chunks', async () => {
    const rig = await rigSaying();
    const stream = await createOpenAiClient(rig).chat.completions.create({
      model: rig.model,
      stream: true,
      stream_options: { include_usage: true },
      ...ASK,
    });
    let text = '';
    let total: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      total = chunk.usage?.total_tokens ?? total;
    }
    expect({ text, total }).toEqual({ text: 'Hello you.', total: 25 });
  });

  it('7. openai stream() puts the answer together', async () => {
    const rig = await rigSaying();
    const stream = createOpenAiClient(rig).chat.completions.stream({
      model: rig.model,
      stream_options: { include_usage: true },
      ...ASK,
    });
    expect(await stream.finalContent()).toBe('Hello you.');
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
    expect((await stream.totalUsage()).total_tokens).toBe(25);
  });

  it('7. AI SDK openai-compatible with includeUsage reads text, end and usage', async () => {
    const rig = await rigSaying();
    const result = streamText({ model: createCompatible(rig)(rig.model), prompt: 'Hello', maxRetries: 0 });
    expect(await result.text).toBe('Hello you.');
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({ inputTokens: 20, outputTokens: 5, totalTokens: 25 });
  });

  it('7. AI SDK openai.chat reads text, end and usage', async () => {
    const rig = await rigSaying();
    const result = streamText({ model: createAiOpenAi(rig).chat(rig.model), prompt: 'Hello', maxRetries: 0 });
    expect(await result.text).toBe('Hello you.');
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject({ inputTokens: 20, outputTokens: 5, totalTokens: 25 });
  });

  it('7. LangChain streams and adds up the usage', async () => {
    const rig = await rigSaying();
    let text = '';
    let total: unknown;
    for await (const chunk of await createLangChain(rig, { fields: { streamUsage: true } }).stream('Hello')) {
      text += chunk.text;
      total = at(chunk.usage_metadata, 'total_tokens') ?? total;
    }
    expect({ text, total }).toEqual({ text: 'Hello you.', total: 25 });
  });

  it('7. LangChain invoke reads the whole answer', async () => {
    const rig = await rigSaying();
    const message = await createLangChain(rig).invoke('Hello');
    expect(message.text).toBe('Hello you.');
    expect(message.usage_metadata).toMatchObject({ input_tokens: 20, output_tokens: 5, total_tokens: 25 });
    expect(message.response_metadata.finish_reason).toBe('stop');
  });

  it('7. two answers never share an id', async () => {
    const rig = await rigSaying();
    const ids = await Promise.all([1, 2, 3, 4].map(async () => at((await postChatStream(rig))[0], 'id')));
    expect(new Set(ids).size).toBe(4);
  });
});
