import { generateText, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAiOpenAi, createCompatible, createLangChain, createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream, postRaw } from './post-raw.ts';

type AnswerUsage = NonNullable<Answer['usage']>;

/** What each kind can tell. Inclusive: `input` contains what was read from and written to the cache. */
const USAGE: Readonly<Record<ProviderKind, AnswerUsage>> = {
  openai: { input: 100, cached: 60, cacheWrite: 10, output: 40, reasoning: 15 },
  anthropic: { input: 100, cached: 60, cacheWrite: 10, output: 40, reasoning: 15 },
  ollama: { input: 100, cached: 60, output: 40 },
};

/** USD per million tokens, so that each kind of token can be told apart in a sum. */
const PRICES = { input: 2, output: 10, cachedInput: 0.5, cacheWrite: 2.5 };
/** nano-USD: 30 (Ollama: 40) fresh, 60 read, 10 (none) written, 40 out. */
const COSTS: Readonly<Record<ProviderKind, number>> = {
  openai: 30 * 2_000 + 60 * 500 + 10 * 2_500 + 40 * 10_000,
  anthropic: 30 * 2_000 + 60 * 500 + 10 * 2_500 + 40 * 10_000,
  ollama: 40 * 2_000 + 60 * 500 + 40 * 10_000,
};

describe.each(KINDS)('tokens and cost of an upstream of the kind %s', (kind) => {
  const told = USAGE[kind];

  async function rigTelling(usage: AnswerUsage | null = told): Promise<Rig> {
    const rig = await rigForTest({
      kind,
      features: { responses: false },
      settings: {
        prices: {
          overrides: (['openai/gpt-4o', 'anthropic/claude-sonnet-4-5', 'ollama/qwen3-vl:8b'] as const).map(
            (endpoint) => ({ endpoint, ...PRICES }),
          ),
        },
      },
    });
    rig.upstream.script(answer({ text: ['One', ' two'], usage }));
    return rig;
  }

  async function expectRecorded(rig: Rig): Promise<void> {
    const [record] = await rig.recorded();
    expect(record?.attempts[0]).toMatchObject({
      inputTokens: 100,
      cachedInputTokens: 60,
      outputTokens: 40,
      reasoningTokens: told.reasoning ?? null,
      cacheWriteTokens: told.cacheWrite ?? null,
      usageEstimated: false,
      costNanoUsd: COSTS[kind],
    });
    expect(record?.costNanoUsd).toBe(COSTS[kind]);
  }

  it('21. openai chat, whole: prompt_tokens includes the cached ones; recorded alike', async () => {
    const rig = await rigTelling();
    const { usage } = await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    expect(usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 });
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(60);
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(told.reasoning);
    await expectRecorded(rig);
  });

  it('21. openai chat, streamed: the same', async () => {
    const rig = await rigTelling();
    const stream = createOpenAiClient(rig).chat.completions.stream({
      model: rig.model,
      messages: HELLO,
      stream_options: { include_usage: true },
    });
    const { usage } = await stream.finalChatCompletion();
    expect(usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 });
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(60);
    await expectRecorded(rig);
  });

  it('21. a stream that was not asked for usage is recorded with it all the same', async () => {
    const rig = await rigTelling();
    await postChatStream(rig);
    await expectRecorded(rig);
  });

  it.each([false, true])('21. openai responses, streamed %s: the same', async (isStreamed) => {
    const rig = await rigTelling();
    const ask = { model: rig.model, input: 'Hello' };
    const { responses } = createOpenAiClient(rig);
    const { usage } = await (isStreamed ? responses.stream(ask).finalResponse() : responses.create(ask));
    expect(usage).toMatchObject({ input_tokens: 100, output_tokens: 40, total_tokens: 140 });
    expect(usage?.input_tokens_details.cached_tokens).toBe(60);
    expect(usage?.output_tokens_details.reasoning_tokens).toBe(told.reasoning ?? 0);
    await expectRecorded(rig);
  });

  it.each([false, true])('21. openai completions, streamed %s: the same', async (stream) => {
    const rig = await rigTelling();
    const ask = { prompt: 'Hello', ...(stream ? { stream, stream_options: { include_usage: true } } : {}) };
    const { text } = await postRaw(rig, '/v1/completions', ask);
    expect(text).toContain('"prompt_tokens":100');
    expect(text).toContain('"cached_tokens":60');
    await expectRecorded(rig);
  });

  it('21. AI SDK: cached, uncached and total tokens add up on all its doors', async () => {
    const rig = await rigTelling();
    const openai = createAiOpenAi(rig);
    const models = [createCompatible(rig)(rig.model), openai.chat(rig.model), openai(rig.model)];
    for (const model of models) {
      const whole = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
      const streamed = streamText({ model, prompt: 'Hello', maxRetries: 0 });
      for (const usage of [whole.usage, await streamed.usage]) {
        expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 40, totalTokens: 140 });
        expect(usage.inputTokenDetails.cacheReadTokens).toBe(60);
      }
    }
  });

  it('21. LangChain: usage_metadata with cache_read', async () => {
    const rig = await rigTelling();
    const { usage_metadata } = await createLangChain(rig).invoke('Hello');
    expect(usage_metadata).toMatchObject({ input_tokens: 100, output_tokens: 40, total_tokens: 140 });
    expect(at(usage_metadata, 'input_token_details', 'cache_read')).toBe(60);
  });

  it('21. the cost header of a whole answer is the recorded cost', async () => {
    const rig = await rigTelling();
    const { headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    expect(Number(headers.get('x-pointsman-cost-usd'))).toBeCloseTo(COSTS[kind] / 1e9, 12);
    await expectRecorded(rig);
  });

  it('21. the record is found by the id in the answer’s headers', async () => {
    const rig = await rigTelling();
    const { headers } = await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    const [record] = await rig.recorded();
    expect(record?.id).toBe(headers.get('x-pointsman-request-id'));
  });
});

/** Anthropic always tells its tokens. */
describe.each(['openai', 'ollama'] as const)('an upstream of the kind %s that tells no usage', (kind) => {
  it('21. a whole answer carries none instead of zeros', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'One', usage: null }));
    const { usage } = await createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    expect(usage?.prompt_tokens).toBeUndefined();
  });

  it('21. a stream tells none, and the record holds an estimate that says so', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['One', ' two', ' three'], usage: null }));
    const chunks = await postChatStream(rig, { stream_options: { include_usage: true } });
    for (const chunk of chunks) expect(at(chunk, 'usage', 'prompt_tokens')).toBeUndefined();
    const [record] = await rig.recorded();
    expect(record?.attempts[0]).toMatchObject({ usageEstimated: true, outputTokens: 3 });
  });
});

describe('prices from the table', () => {
  it('21. what runs on this machine costs nothing and keeps its tokens', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    await postRaw(rig, '/v1/chat/completions', { messages: HELLO });
    const [record] = await rig.recorded();
    expect(record).toMatchObject({ costNanoUsd: 0, attempts: [{ inputTokens: 11, outputTokens: 7 }] });
  });

  it('21. a model without a known price has an unknown cost, never 0', async () => {
    const rig = await rigForTest({ kind: 'openai', models: [{ name: 'house-model' }] });
    const { headers } = await postRaw(rig, '/v1/chat/completions', { model: 'house-model', messages: HELLO });
    const [record] = await rig.recorded();
    expect(record?.costNanoUsd).toBeNull();
    expect(headers.get('x-pointsman-cost-usd')).toBeNull();
  });
});
