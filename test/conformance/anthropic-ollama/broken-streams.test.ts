import { streamText } from 'ai';
import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { cutAt, endingAfter } from '../../support/upstreams/script-changes.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiAnthropic, createAnthropicClient, createLangChainAnthropic, createOllamaClient } from './clients.ts';
import { HELLO } from './messages.ts';

// It warns of every model that is not Anthropic's.
globalThis.AI_SDK_LOG_WARNINGS = false;

const LONG = Array.from({ length: 12 }, (_, index) => `piece ${index} `);
const FAILING = answer({ text: LONG, fails: { status: 529, message: 'Overloaded', type: 'overloaded_error' } });
/** Twelve pieces of text and then nothing: no end, no error. */
const CUT_OFF = endingAfter(9, 'close', answer({ text: LONG }));

describe.each(KINDS)('an upstream of the kind %s that breaks its stream off', (kind) => {
  test('22: @anthropic-ai/sdk throws the upstream’s error', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(FAILING);
    await expect(streamWithSdk(rig)).rejects.toThrow(/Overloaded/u);
  });

  test('22: ollama throws the upstream’s words', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(FAILING);
    await expect(streamWithOllama(rig)).rejects.toThrow('Overloaded');
  });

  test('22: the AI SDK has an error part, and LangChain throws', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(FAILING);
    expect(JSON.stringify(await errorsOfAiSdk(rig))).toContain('Overloaded');
    await expect(streamWithLangChain(rig)).rejects.toThrow(/Overloaded/u);
  });

  test('22: the record says that it failed, and keeps what had come', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(FAILING);
    await expect(streamWithOllama(rig)).rejects.toThrow();
    const [request] = await rig.recorded();
    expect(request).toMatchObject({ outcome: 'failed', status: 200, attempts: [{ outcome: 'failed' }] });
    expect(request?.attempts[0]?.outputTokens).toBeGreaterThanOrEqual(12);
  });

  test('23: a stream without an end is an error for @anthropic-ai/sdk', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(CUT_OFF);
    await expect(streamWithSdk(rig)).rejects.toThrow(/closed|before the end|complete|ended/u);
  });

  test('23: a stream without an end is an error for ollama, in words', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(CUT_OFF);
    await expect(streamWithOllama(rig)).rejects.toThrow(/closed|before the end|complete/u);
  });

  test('23: a stream without an end is an error for the clients that would not notice it', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(CUT_OFF);
    expect(await errorsOfAiSdk(rig)).not.toEqual([]);
    await expect(streamWithLangChain(rig)).rejects.toThrow();
    expect((await rig.recorded(2)).map((request) => request.failureCode)).toEqual([
      'upstream_truncated',
      'upstream_truncated',
    ]);
  });

  test('23: half an answer that is not streamed is an error, not an answer', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(cutOffWhole);
    const { messages } = createAnthropicClient(rig);
    await expect(messages.create(question(rig))).rejects.toMatchObject({ status: 502 });
    const chat = createOllamaClient(rig).chat({ model: rig.model, messages: HELLO });
    await expect(chat).rejects.toMatchObject({ status_code: 502 });
  });

  test('26: text is whole wherever the upstream’s bytes are cut', async () => {
    const rig = await rigForTest({ kind });
    const text = 'hé 你好🌍';
    const script = answer({ text });
    const lengths = await streamLength(rig, script);
    const client = createOllamaClient(rig);
    for (let offset = 1; offset < lengths; offset += 1) {
      rig.upstream.script(cutAt(offset, script));
      let content = '';
      const stream = await client.chat({ model: rig.model, messages: HELLO, stream: true });
      for await (const chunk of stream) content += chunk.message.content;
      expect([offset, content]).toEqual([offset, text]);
    }
  });

  test('26: an Anthropic client gets the same text, wherever the cut', async () => {
    const rig = await rigForTest({ kind });
    const text = 'hé 你好🌍';
    const script = answer({ text });
    const lengths = await streamLength(rig, script);
    const client = createAnthropicClient(rig);
    for (let offset = 1; offset < lengths; offset += 7) {
      rig.upstream.script(cutAt(offset, script));
      const message = await client.messages.stream(question(rig)).finalMessage();
      expect(message.content).toMatchObject([{ type: 'text', text }]);
    }
  });

  test('25: ollama’s abort() closes the upstream’s connection and is recorded as cancelled', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['a', new Gate(), 'b'] }));
    const client = createOllamaClient(rig, { fetch });
    const stream = await client.chat({ model: rig.model, messages: HELLO, stream: true });
    const reading = (async () => {
      for await (const _ of stream) client.abort();
    })();
    await expect(reading).rejects.toThrow();
    await expectCancelled(rig);
  });

  test('25: leaving a stream of @anthropic-ai/sdk does the same', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['a', new Gate(), 'b'] }));
    const stream = createAnthropicClient(rig, { fetch }).messages.stream(question(rig));
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    await expectCancelled(rig);
  });

  test('25: an AbortSignal of the AI SDK does the same', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['a', new Gate(), 'b'] }));
    const abort = new AbortController();
    const model = createAiAnthropic(rig, { fetch })(rig.model);
    const result = streamText({
      model,
      prompt: 'Hello',
      maxRetries: 0,
      abortSignal: abort.signal,
      onError: () => undefined,
    });
    for await (const part of result.stream) if (part.type === 'text-delta') abort.abort();
    await expectCancelled(rig);
  });

  test('25: an aborted call that was not streamed closes the upstream’s connection too', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: [new Gate(), 'late'] }));
    const abort = new AbortController();
    const asked = createAnthropicClient(rig, { fetch }).messages.create(question(rig), { signal: abort.signal });
    await rig.upstream.call(1);
    abort.abort();
    await expect(asked).rejects.toThrow(/aborted/u);
    await expectCancelled(rig);
  });
});

describe.each(KINDS)('what an upstream of the kind %s says of limits and load', (kind) => {
  const RELAYED = { 'retry-after': '1', 'retry-after-ms': '5', 'x-should-retry': 'true' };

  test('24: the headers of a 429 come through as they are', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: RELAYED }));
    const asked = createAnthropicClient(rig).messages.create(question(rig));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } });
    const headers = (error as { headers: Headers }).headers;
    expect(Object.fromEntries(headers)).toMatchObject(RELAYED);
  });

  test('24: @anthropic-ai/sdk waits as it was told, tries again and succeeds', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 429, headers: RELAYED }), answer({ text: 'Now.' }));
    const message = await createAnthropicClient(rig, { maxRetries: 2 }).messages.create(question(rig));
    expect(message.content).toMatchObject([{ text: 'Now.' }]);
    expect(rig.upstream.calls).toHaveLength(2);
  });

  test('24: x-should-retry: false ends it at the first try', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status: 503, headers: { 'x-should-retry': 'false' } }));
    await expect(createAnthropicClient(rig, { maxRetries: 2 }).messages.create(question(rig))).rejects.toThrow();
    expect(rig.upstream.calls).toHaveLength(1);
  });

  test.each([503, 529])('24: an overload (%i) is 529 for an Anthropic client, which tries again', async (status) => {
    const rig = await rigForTest({ kind });
    const headers = { 'retry-after-ms': '5' };
    rig.upstream.script(problem({ status, headers }), problem({ status, headers }), answer({ text: 'Now.' }));
    const statuses: number[] = [];
    const noting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    };
    await createAnthropicClient(rig, { maxRetries: 2, fetch: noting }).messages.create(question(rig));
    expect(statuses).toEqual([529, 529, 200]);
    expect(rig.upstream.calls).toHaveLength(3);
  });

  test.each([503, 529])('24: an overload (%i) is 503 on the other surfaces', async (status) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(problem({ status }));
    const asked = createOllamaClient(rig).chat({ model: rig.model, messages: HELLO });
    await expect(asked).rejects.toMatchObject({ status_code: 503 });
    const response = await fetch(`${rig.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: rig.model, messages: HELLO }),
    });
    expect(response.status).toBe(503);
  });
});

function question(rig: Rig) {
  return { model: `${rig.kind}/${rig.model}`, max_tokens: 100, messages: HELLO };
}

async function streamWithSdk(rig: Rig): Promise<void> {
  await createAnthropicClient(rig).messages.stream(question(rig)).finalMessage();
}

async function streamWithOllama(rig: Rig): Promise<void> {
  const stream = await createOllamaClient(rig).chat({ model: rig.model, messages: HELLO, stream: true });
  for await (const _ of stream);
}

async function streamWithLangChain(rig: Rig): Promise<void> {
  for await (const _ of await createLangChainAnthropic(rig).stream('Hello'));
}

async function errorsOfAiSdk(rig: Rig): Promise<unknown[]> {
  const model = createAiAnthropic(rig)(rig.model);
  const result = streamText({ model, prompt: 'Hello', maxRetries: 0, onError: () => undefined });
  const errors: unknown[] = [];
  for await (const part of result.stream) if (part.type === 'error') errors.push(part.error);
  return errors;
}

/** The first bytes of a whole answer, and the connection is gone. */
function cutOffWhole(asked: Parameters<typeof FAILING>[0]): ReturnType<typeof FAILING> {
  return cutAt(20, endingAfterBytes(20))(asked);
}

function endingAfterBytes(count: number): typeof FAILING {
  return (asked) => {
    const reply = answer({ text: LONG })(asked);
    const [body] = reply.chunks as string[];
    return { ...reply, chunks: [(body ?? '').slice(0, count)], end: 'close' };
  };
}

/** Bytes of the stream that the upstream sends. */
async function streamLength(rig: Rig, script: typeof FAILING): Promise<number> {
  rig.upstream.script(script);
  await streamWithOllama(rig);
  const { sentBytes } = await rig.upstream.call(1);
  expect(sentBytes).toBeGreaterThan(100);
  return sentBytes;
}

async function expectCancelled(rig: Rig): Promise<void> {
  const call = await rig.upstream.call(1);
  await call.aborted;
  const [request] = await rig.recorded();
  expect(request).toMatchObject({ outcome: 'cancelled', status: 499, attempts: [{ outcome: 'cancelled' }] });
  expect((await rig.endpoint()).circuit).toBe('closed');
}
