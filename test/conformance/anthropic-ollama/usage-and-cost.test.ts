import { describe, expect, test } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { RequestView } from '../../../src-shared/control.ts';
import { isJsonObject, type JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAnthropicClient, createOllamaClient } from './clients.ts';
import { HELLO } from './messages.ts';

/** 1,000 in, of which 300 were read from the cache and (Anthropic alone) 200 written to it, half of them for an hour. */
const CACHED = { input: 1000, output: 50, cached: 300 };
const WRITTEN = { ...CACHED, cacheWrite: 200, cacheWrite1h: 100 };

const SURFACES = ['openai', 'anthropic', 'ollama'] as const;

describe.each(KINDS)('tokens of an upstream of the kind %s', (kind) => {
  test.each([true, false])(
    '21: every surface tells the same sums by its own arithmetic, streamed: %s',
    async (stream) => {
      const rig = await rigForTest({ kind });
      rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
      for (const surface of SURFACES) {
        const usage = await ask(rig, surface, stream);
        expect([surface, inclusive(surface, usage)]).toEqual([surface, { input: 1000, cached: 300, output: 50 }]);
      }
    },
  );

  test('21: the record holds the same tokens and the same cost whatever the surface was', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    for (const surface of SURFACES) for (const stream of [true, false]) await ask(rig, surface, stream);
    const attempts = (await rig.recorded(6)).map((request) => booked(request));
    expect(attempts).toEqual(Array.from({ length: 6 }, () => attempts[0]));
    expect(attempts[0]).toMatchObject({ inputTokens: 1000, cachedInputTokens: 300, outputTokens: 50 });
  });

  test('21: @anthropic-ai/sdk and ollama read the same numbers', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    const model = `${kind}/${rig.model}`;
    const message = await createAnthropicClient(rig)
      .messages.stream({ model, max_tokens: 9, messages: HELLO })
      .finalMessage();
    expect(message.usage).toMatchObject({ input_tokens: 700, cache_read_input_tokens: 300, output_tokens: 50 });
    const reply = await createOllamaClient(rig).chat({ model: rig.model, messages: HELLO });
    expect(reply).toMatchObject({ prompt_eval_count: 1000, eval_count: 50 });
  });
});

describe('21: cache writes of Anthropic', () => {
  test.each(SURFACES)('are part of the input on the surface %s', async (surface) => {
    const rig = await rigForTest({ kind: 'anthropic' });
    rig.upstream.script(answer({ text: 'Hi', usage: WRITTEN }));
    for (const stream of [true, false]) {
      const told = inclusive(surface, await ask(rig, surface, stream));
      expect(told).toEqual({ input: 1000, cached: 300, output: 50 });
    }
    const [first] = await rig.recorded(2);
    expect(first?.attempts[0]).toMatchObject({ inputTokens: 1000, cacheWriteTokens: 200, outputTokens: 50 });
  });
});

const PRICES = { input: 10, output: 40, cachedInput: 1, cacheWrite: 12.5, reasoning: null };

describe('35: what a call costs', () => {
  test.each(KINDS)('by the person’s own price, at an upstream of the kind %s', async (kind) => {
    const rig = await rigWithPrice(kind);
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    const headers = await costHeaderOf(rig);
    // 700 at 10, 300 at 1 and 50 at 40 USD per million.
    expect((await rig.recorded())[0]?.costNanoUsd).toBe(9_300_000);
    expect(headers).toBe('0.0093');
  });

  test('a cache write for an hour is charged as such, by the price table', async () => {
    const rig = await rigForTest({ kind: 'anthropic' });
    rig.upstream.script(answer({ text: 'Hi', usage: WRITTEN }));
    await ask(rig, 'anthropic', true);
    // claude-sonnet-4-5: 500 at 3, 300 at 0.30, 100 at 3.75, 100 at 6 and 50 at 15 USD per million.
    expect((await rig.recorded())[0]?.costNanoUsd).toBe(1_500_000 + 90_000 + 375_000 + 600_000 + 750_000);
  });

  test('cached tokens are charged as such, by the price table', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    await ask(rig, 'ollama', true);
    // gpt-4o: 700 at 2.50, 300 at 1.25 and 50 at 10 USD per million.
    expect((await rig.recorded())[0]?.costNanoUsd).toBe(1_750_000 + 375_000 + 500_000);
  });

  test('is 0 on this machine, and the tokens are kept', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    await ask(rig, 'anthropic', false);
    const [request] = await rig.recorded();
    expect(request).toMatchObject({ costNanoUsd: 0, attempts: [{ inputTokens: 1000, outputTokens: 50 }] });
  });

  test('is unknown, not 0, for a model that no table knows', async () => {
    const rig = await rigForTest({ kind: 'openai', models: [{ name: 'homemade-7b' }] });
    rig.upstream.script(answer({ text: 'Hi', usage: CACHED }));
    const response = await post(rig, '/api/chat', { model: 'homemade-7b', messages: HELLO, stream: false });
    expect(response.headers.get('x-pointsman-cost-usd')).toBeNull();
    const [request] = await rig.recorded();
    expect(request).toMatchObject({ costNanoUsd: null, attempts: [{ inputTokens: 1000, costNanoUsd: null }] });
  });

  test('is 0 for a call that the upstream refused', async () => {
    const rig = await rigWithPrice('openai');
    rig.upstream.script(problem({ status: 400 }));
    await post(rig, '/v1/messages', { model: rig.model, max_tokens: 9, messages: HELLO });
    expect((await rig.recorded())[0]).toMatchObject({ outcome: 'failed', costNanoUsd: 0 });
  });

  test('is estimated, and marked so, where the upstream told no tokens', async () => {
    const rig = await rigWithPrice('openai');
    rig.upstream.script(answer({ text: ['a', 'b', 'c'], usage: null }));
    await ask(rig, 'anthropic', true);
    const [request] = await rig.recorded();
    expect(request?.attempts[0]).toMatchObject({ usageEstimated: true, outputTokens: 3 });
    expect(request?.costNanoUsd).toBeGreaterThan(0);
  });
});

function rigWithPrice(kind: ProviderKind): Promise<Rig> {
  const model = { openai: 'gpt-4o', anthropic: 'claude-sonnet-4-5', ollama: 'qwen3-vl:8b' }[kind];
  return rigForTest({ kind, settings: { prices: { overrides: [{ endpoint: `${kind}/${model}`, ...PRICES }] } } });
}

async function costHeaderOf(rig: Rig): Promise<string | null> {
  const response = await post(rig, '/v1/messages', { model: rig.model, max_tokens: 9, messages: HELLO });
  await response.text();
  return response.headers.get('x-pointsman-cost-usd');
}

function booked(request: RequestView): object {
  const [attempt] = request.attempts;
  if (attempt === undefined) throw new Error('nothing was called');
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, costNanoUsd, usageEstimated } = attempt;
  return { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, costNanoUsd, usageEstimated };
}

type Surface = (typeof SURFACES)[number];

const PATHS: Readonly<Record<Surface, string>> = {
  openai: '/v1/chat/completions',
  anthropic: '/v1/messages',
  ollama: '/api/chat',
};

/** Asks on a surface and returns all that its answer tells of tokens. */
async function ask(rig: Rig, surface: Surface, stream: boolean): Promise<JsonObject> {
  const body: JsonObject = { model: rig.model, messages: HELLO, stream };
  if (surface === 'anthropic') body.max_tokens = 100;
  if (surface === 'openai' && stream) body.stream_options = { include_usage: true };
  const text = await (await post(rig, PATHS[surface], body)).text();
  return tokensIn(text);
}

function post(rig: Rig, path: string, body: JsonObject): Promise<Response> {
  return fetch(rig.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The usage of a whole answer, or of a stream's events, the later told over the earlier. */
function tokensIn(text: string): JsonObject {
  const usage: JsonObject = {};
  for (const line of text.split('\n')) {
    const json = line.replace(/^data: /u, '');
    if (!json.startsWith('{')) continue;
    const value = JSON.parse(json) as JsonObject;
    const message = isJsonObject(value.message) && isJsonObject(value.message.usage) ? value.message.usage : {};
    Object.assign(usage, message, value.usage ?? (value.done === true ? value : {}));
  }
  return usage;
}

/** A surface's numbers in one arithmetic: the input contains what was cached. */
function inclusive(surface: Surface, usage: JsonObject): { input: number; cached: number; output: number } {
  const number = (name: string): number => Number(usage[name] ?? 0);
  if (surface === 'ollama') {
    return {
      input: number('prompt_eval_count'),
      cached: number('prompt_eval_cached_count'),
      output: number('eval_count'),
    };
  }
  if (surface === 'openai') {
    const details = isJsonObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
    expect(number('total_tokens')).toBe(number('prompt_tokens') + number('completion_tokens'));
    return {
      input: number('prompt_tokens'),
      cached: Number(details.cached_tokens ?? 0),
      output: number('completion_tokens'),
    };
  }
  const [read, written] = [number('cache_read_input_tokens'), number('cache_creation_input_tokens')];
  return { input: number('input_tokens') + read + written, cached: read, output: number('output_tokens') };
}
