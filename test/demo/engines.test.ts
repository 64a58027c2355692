import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRight } from '../../src-main/demo/known-questions.ts';
import { startSimulatedEngines, type SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src-main/engine/protocols/json.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { call, callJson, callStream } from './demo-client.ts';
import { InstantClock } from './instant-clock.ts';

let clock: InstantClock;
let engines: SimulatedEngines;

beforeEach(async () => {
  clock = new InstantClock();
  engines = await startSimulatedEngines({ seed: 1, clock });
});
afterEach(() => engines.stop());

const LLAMA = 'sim-llama:3b';
const QWEN = 'sim-qwen:8b';
const CLOUD = 'sim-cloud-large';

const WEATHER = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

describe('the local engine', () => {
  test('says of itself that it is simulated', async () => {
    const response = await call(`${engines.local.url}/api/version`);
    expect(await response.json()).toEqual({ version: '0.0.0-simulated' });
    expect(response.headers.get('x-simulated')).toBe('true');
    const said = await askLocal({ model: LLAMA, question: 'What is 2 + 2?' });
    expect(contentOf(said)).toMatch(/^\[simulated\] /u);
  });

  test('lists and shows its models', async () => {
    const tags = await callJson(`${engines.local.url}/api/tags`);
    const models = objects(tags.models);
    expect(models.map((model) => model.name)).toEqual([LLAMA, QWEN, 'sim-embed:small']);
    const shown = await callJson(`${engines.local.url}/api/show`, { model: QWEN });
    expect(shown).toMatchObject({
      capabilities: ['completion', 'tools', 'thinking'],
      model_info: { 'general.architecture': 'simulated', 'simulated.context_length': 32_768 },
    });
    expect((await call(`${engines.local.url}/api/show`, { model: 'nobody' })).status).toBe(404);
  });

  test('streams token by token and ends with its counts', async () => {
    const events = await callStream(`${engines.local.url}/api/chat`, chat(LLAMA, 'What is 2 + 2?'));
    const [last] = events.splice(-1);
    for (const event of events) expectSchema('ollama', 'ChatResponse', { ...METRICS, ...event });
    expectSchema('ollama', 'ChatResponse', last);
    expect(last).toMatchObject({ done: true, done_reason: 'stop', eval_count: events.length });
    expect(last?.prompt_eval_count).toBeGreaterThan(4);
  });

  test('takes the time that its model takes', async () => {
    const said = await askLocal({ model: LLAMA, question: 'What is 2 + 2?' });
    const tokens = Number(said.eval_count) - 1;
    expect(Number(said.prompt_eval_duration) / 1e6).toBeGreaterThan(350 * 0.8 - 1);
    expect(Number(said.prompt_eval_duration) / 1e6).toBeLessThan(350 * 1.2 + 1);
    expect(Number(said.eval_duration) / 1e6 / tokens).toBeGreaterThan(25 * 0.8 - 1);
    expect(Number(said.eval_duration) / 1e6 / tokens).toBeLessThan(25 * 1.2 + 1);
  });

  test('loads a model at its first use and keeps it', async () => {
    expect(await loadedNames()).toEqual([LLAMA]);
    const first = await askLocal({ model: QWEN, question: 'What is 2 + 2?' });
    const second = await askLocal({ model: QWEN, question: 'What is 2 + 2?' });
    expect([first.load_duration, second.load_duration]).toEqual([1_800_000_000, 0]);
    expect(Number(first.total_duration) - Number(second.total_duration)).toBeCloseTo(1_800_000_000, -7);
    expect(await loadedNames()).toContain(QWEN);
  });

  test('loads and unloads a model when nothing is asked', async () => {
    const unloaded = await callJson(`${engines.local.url}/api/chat`, { model: LLAMA, messages: [], keep_alive: 0 });
    expect(unloaded).toMatchObject({ done: true, done_reason: 'unload' });
    expect(await loadedNames()).toEqual([]);
    const loaded = await callJson(`${engines.local.url}/api/generate`, { model: LLAMA, keep_alive: '1h' });
    expect(loaded).toMatchObject({ done: true, done_reason: 'load' });
    expect(await loadedNames()).toEqual([LLAMA]);
  });

  test('thinks where its model can, unless told not to', async () => {
    const thought = await askLocal({ model: QWEN, question: 'What is 2 + 2?' });
    expect(thought.message).toHaveProperty('thinking');
    const plain = await askLocal({ model: QWEN, question: 'What is 2 + 2?', think: false });
    expect(plain.message).not.toHaveProperty('thinking');
    const refused = await call(`${engines.local.url}/api/chat`, { ...chat(LLAMA, 'hi'), think: true });
    expect([refused.status, await refused.json()]).toEqual([400, { error: `"${LLAMA}" does not support thinking` }]);
  });

  test('keeps to limits, stop strings and formats', async () => {
    const short = await askLocal({ model: LLAMA, question: 'Why?', options: { num_predict: 3 } });
    expect(short).toMatchObject({ done_reason: 'length', eval_count: 3 });
    const stopped = await askLocal({ model: LLAMA, question: 'Why?', options: { stop: [' model'] } });
    expect(contentOf(stopped)).toBe('[simulated] I am a simulated');
    const schema = { type: 'object', properties: { answer: { type: 'integer' } } };
    const formed = await askLocal({ model: LLAMA, question: 'What is 2 + 2?', format: schema });
    expect(JSON.parse(contentOf(formed))).toEqual({ answer: expect.any(Number) as unknown });
  });

  test('calls a fitting tool and uses its result', async () => {
    const called = await askLocal({ model: LLAMA, question: 'What is the weather in Lisbon?', tools: [WEATHER] });
    expect(called.message).toMatchObject({
      content: '',
      tool_calls: [{ function: { name: 'get_weather', arguments: { city: 'Lisbon' } } }],
    });
    const messages = [
      { role: 'user', content: 'What is the weather in Lisbon?' },
      { role: 'tool', tool_name: 'get_weather', content: 'sunny' },
    ];
    const said = await callJson(`${engines.local.url}/api/chat`, {
      model: LLAMA,
      messages,
      tools: [WEATHER],
      stream: false,
    });
    expect(contentOf(said)).toBe('[simulated] The tool says: sunny');
  });

  test('generates from a prompt', async () => {
    const asked = { model: LLAMA, prompt: 'What is the capital of France?', stream: false };
    const said = await callJson(`${engines.local.url}/api/generate`, asked);
    expectSchema('ollama', 'GenerateResponse', said);
    expect(said.response).toMatch(/capital of France/u);
  });

  test('embeds', async () => {
    const asked = { model: 'sim-embed:small', input: ['one', 'two'] };
    const embedded = await callJson(`${engines.local.url}/api/embed`, asked);
    expectSchema('ollama', 'EmbedResponse', embedded);
    expect(embedded.embeddings).toHaveLength(2);
  });

  test('knows no other paths and no other models', async () => {
    expect((await call(`${engines.local.url}/api/unheard`)).status).toBe(404);
    expect(await callJson(`${engines.local.url}/api/chat`, chat('llama3', 'hi'))).toEqual({
      error: "model 'llama3' not found",
    });
  });
});

describe('the cloud engine', () => {
  test('lists its models, all of which have a price', async () => {
    const list = await callJson(`${engines.cloud.url}/models`);
    expectSchema('openai', 'ListModelsResponse', list);
    const names = objects(list.data).map((model) => model.id);
    expect(names).toEqual(Object.keys(engines.cloud.pricesUsdPerMillion));
  });

  test('answers whole', async () => {
    const whole = await callJson(`${engines.cloud.url}/chat/completions`, {
      ...chat(CLOUD, 'What is 2 + 2?'),
      stream: false,
    });
    expectSchema('openai', 'CreateChatCompletionResponse', whole);
    expect(whole).toMatchObject({ model: CLOUD, choices: [{ finish_reason: 'stop' }] });
  });

  test('answers as a stream, with usage when asked', async () => {
    const asked = { ...chat(CLOUD, 'What is 2 + 2?'), stream: true };
    const withUsage = { ...asked, stream_options: { include_usage: true } };
    const events = await callStream(`${engines.cloud.url}/chat/completions`, withUsage);
    for (const event of events) expectSchema('openai', 'CreateChatCompletionStreamResponse', event);
    const last = events.at(-1);
    expect(last).toMatchObject({ choices: [], usage: { completion_tokens: events.length - 3 } });
    const plain = await callStream(`${engines.cloud.url}/chat/completions`, asked);
    expect(plain).toHaveLength(events.length - 1);
  });

  test('must call a tool when it is told to', async () => {
    const asked = { ...chat(CLOUD, 'Hello'), stream: false, tools: [WEATHER] };
    const url = `${engines.cloud.url}/chat/completions`;
    expect(await callJson(url, asked)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    const forced = await callJson(url, { ...asked, tool_choice: 'required' });
    expectSchema('openai', 'CreateChatCompletionResponse', forced);
    expect(forced).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: { content: null, tool_calls: [{ function: { name: 'get_weather' } }] },
        },
      ],
    });
  });

  test('keeps to a JSON schema', async () => {
    const schema = { type: 'object', properties: { answer: { type: 'integer' } } };
    const response_format = { type: 'json_schema', json_schema: { name: 'sum', schema } };
    const asked = { ...chat(CLOUD, 'What is 2 + 2?'), stream: false, response_format };
    const [choice] = objects((await callJson(`${engines.cloud.url}/chat/completions`, asked)).choices);
    expect(JSON.parse(contentOf(choice ?? {}))).toEqual({ answer: 4 });
  });

  test('embeds, as numbers and in base64', async () => {
    const asked = { model: 'sim-cloud-embed', input: 'one' };
    const plain = await callJson(`${engines.cloud.url}/embeddings`, asked);
    expectSchema('openai', 'CreateEmbeddingResponse', plain);
    const packed = await callJson(`${engines.cloud.url}/embeddings`, { ...asked, encoding_format: 'base64' });
    const { embedding } = objects(packed.data)[0] ?? {};
    expect(typeof embedding === 'string' && Buffer.from(embedding, 'base64')).toHaveLength(64 * 4);
  });

  test('refuses unknown models, models of another kind and unknown paths', async () => {
    const refusals = [
      await call(`${engines.cloud.url}/chat/completions`, chat('gpt-4o', 'hi')),
      await call(`${engines.cloud.url}/chat/completions`, chat('sim-cloud-embed', 'hi')),
      await call(`${engines.cloud.url}/unheard`),
    ];
    for (const refusal of refusals) {
      expect(refusal.status).toBe(404);
      expectSchema('openai', 'ErrorResponse', await refusal.json());
    }
  });

  test('is faster than the local one', async () => {
    const startMs = clock.monotonicMs();
    await callJson(`${engines.cloud.url}/chat/completions`, { ...chat(CLOUD, 'What is 2 + 2?'), stream: false });
    const cloudMs = clock.monotonicMs() - startMs;
    const local = await askLocal({ model: LLAMA, question: 'What is 2 + 2?' });
    expect(cloudMs).toBeLessThan(Number(local.total_duration) / 1e6);
  });
});

describe('both engines', () => {
  const questions = Array.from({ length: 150 }, (_, index) => `What is ${index + 11} + ${3 * index + 7}?`);

  test('are right as often as their models are made to be', async () => {
    const local = await Promise.all(
      questions.map(async (question) => contentOf(await askLocal({ model: LLAMA, question }))),
    );
    const cloud = await Promise.all(
      questions.map(async (question) => {
        const asked = { ...chat(CLOUD, question), stream: false };
        return contentOf(objects((await callJson(`${engines.cloud.url}/chat/completions`, asked)).choices)[0] ?? {});
      }),
    );
    const rightOf = (replies: string[]): number =>
      replies.filter((reply, index) => isRight({ prompt: questions[index] ?? '', reply })).length / replies.length;
    // The seed is fixed, so these are facts; the bounds are four standard deviations.
    expect(Math.abs(rightOf(local) - 0.65)).toBeLessThan(0.16);
    expect(rightOf(cloud)).toBeGreaterThan(0.93);
  });

  test('say the same to the same question with the same seed, in any order', async () => {
    const again = await startSimulatedEngines({ seed: 1, clock: new InstantClock() });
    const other = await startSimulatedEngines({ seed: 2, clock: new InstantClock() });
    const few = questions.slice(0, 20);
    const ask = (at: SimulatedEngines, list: string[]): Promise<string[]> =>
      Promise.all(list.map(async (question) => contentOf(await askLocal({ model: LLAMA, question }, at))));
    const first = await ask(engines, few);
    expect((await ask(again, few.toReversed())).toReversed()).toEqual(first);
    expect(await ask(other, few)).not.toEqual(first);
    await Promise.all([again.stop(), other.stop()]);
  });

  test('answer 500 during an outage, in their own words', async () => {
    engines.local.setFailing(true);
    engines.cloud.setFailing(true);
    const local = await call(`${engines.local.url}/api/tags`);
    const cloud = await call(`${engines.cloud.url}/models`);
    expect([local.status, cloud.status]).toEqual([500, 500]);
    expect(await local.json()).toEqual({ error: 'simulated outage of the simulated local engine' });
    expectSchema('openai', 'ErrorResponse', await cloud.json());
    engines.cloud.setFailing(false);
    expect((await call(`${engines.cloud.url}/models`)).status).toBe(200);
  });

  test('stop working for a client that has gone', async () => {
    const standing = new ManualClock();
    const slow = await startSimulatedEngines({ seed: 1, clock: standing });
    const stop = new AbortController();
    const body = JSON.stringify({ ...chat(CLOUD, 'What is 2 + 2?'), stream: true });
    const response = await fetch(`${slow.cloud.url}/chat/completions`, { method: 'POST', body, signal: stop.signal });
    await response.body?.getReader().read();
    expect(standing.pendingTimers).toBe(1);
    stop.abort();
    await expect.poll(() => standing.pendingTimers).toBe(0);
    await slow.stop();
  });
});

const METRICS = {
  done_reason: '',
  total_duration: 0,
  load_duration: 0,
  prompt_eval_count: 0,
  prompt_eval_duration: 0,
  eval_count: 0,
  eval_duration: 0,
};

function chat(model: string, content: string): JsonObject {
  return { model, messages: [{ role: 'user', content }] };
}

/** A whole answer of the local engine; further fields go into the body. */
function askLocal(asked: JsonObject & { model: string; question: string }, at = engines): Promise<JsonObject> {
  const { model, question, ...fields } = asked;
  return callJson(`${at.local.url}/api/chat`, { ...chat(model, question), stream: false, ...fields });
}

async function loadedNames(): Promise<JsonValue[]> {
  return objects((await callJson(`${engines.local.url}/api/ps`)).models).map((model) => model.name ?? null);
}

function contentOf(said: JsonObject): string {
  return isJsonObject(said.message) && typeof said.message.content === 'string' ? said.message.content : '';
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
