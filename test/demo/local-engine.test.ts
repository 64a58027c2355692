import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulatedEngines, type SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import type { JsonValue } from '../../src-main/engine/protocols/json.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { askLocal, call, callJson, callStream, chat, contentOf, objects } from './demo-client.ts';
import { InstantClock } from './instant-clock.ts';
import { WEATHER } from './weather-tool.ts';

let engines: SimulatedEngines;

beforeEach(async () => {
  engines = await startSimulatedEngines({ seed: 1, clock: new InstantClock() });
});
afterEach(() => engines.stop());

const LLAMA = 'sim-llama:3b';
const QWEN = 'sim-qwen:8b';

describe('the local engine', () => {
  test('says of itself that it is simulated', async () => {
    const response = await call(`${engines.local.url}/api/version`);
    expect(await response.json()).toEqual({ version: '0.0.0-simulated' });
    expect(response.headers.get('x-simulated')).toBe('true');
    const said = await askLocal(engines, { model: LLAMA, question: 'What is 2 + 2?' });
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
    const said = await askLocal(engines, { model: LLAMA, question: 'What is 2 + 2?' });
    const tokens = Number(said.eval_count) - 1;
    expect(Number(said.prompt_eval_duration) / 1e6).toBeGreaterThan(350 * 0.8 - 1);
    expect(Number(said.prompt_eval_duration) / 1e6).toBeLessThan(350 * 1.2 + 1);
    expect(Number(said.eval_duration) / 1e6 / tokens).toBeGreaterThan((1000 / 60) * 0.8 - 1);
    expect(Number(said.eval_duration) / 1e6 / tokens).toBeLessThan((1000 / 60) * 1.2 + 1);
  });

  test('loads a model at its first use and keeps it', async () => {
    expect(await loadedNames()).toEqual([LLAMA]);
    const first = await askLocal(engines, { model: QWEN, question: 'What is 2 + 2?' });
    const second = await askLocal(engines, { model: QWEN, question: 'What is 2 + 2?' });
    expect([first.load_duration, second.load_duration]).toEqual([3_500_000_000, 0]);
    expect(Number(first.total_duration) - Number(second.total_duration)).toBeCloseTo(3_500_000_000, -7);
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
    const thought = await askLocal(engines, { model: QWEN, question: 'What is 2 + 2?' });
    expect(thought.message).toHaveProperty('thinking');
    const plain = await askLocal(engines, { model: QWEN, question: 'What is 2 + 2?', think: false });
    expect(plain.message).not.toHaveProperty('thinking');
    const refused = await call(`${engines.local.url}/api/chat`, { ...chat(LLAMA, 'hi'), think: true });
    expect([refused.status, await refused.json()]).toEqual([400, { error: `"${LLAMA}" does not support thinking` }]);
  });

  test('keeps to limits, stop strings and formats', async () => {
    const short = await askLocal(engines, { model: LLAMA, question: 'Why?', options: { num_predict: 3 } });
    expect(short).toMatchObject({ done_reason: 'length', eval_count: 3 });
    const stopped = await askLocal(engines, { model: LLAMA, question: 'Why?', options: { stop: [' model'] } });
    expect(contentOf(stopped)).toBe('[simulated] I am a simulated');
    const schema = { type: 'object', properties: { answer: { type: 'integer' } } };
    const formed = await askLocal(engines, { model: LLAMA, question: 'What is 2 + 2?', format: schema });
    expect(JSON.parse(contentOf(formed))).toEqual({ answer: expect.any(Number) as unknown });
  });

  test('calls a fitting tool and uses its result', async () => {
    const called = await askLocal(engines, {
      model: LLAMA,
      question: 'What is the weather in Lisbon?',
      tools: [WEATHER],
    });
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

const METRICS = {
  done_reason: '',
  total_duration: 0,
  load_duration: 0,
  prompt_eval_count: 0,
  prompt_eval_duration: 0,
  eval_count: 0,
  eval_duration: 0,
};

async function loadedNames(): Promise<JsonValue[]> {
  return objects((await callJson(`${engines.local.url}/api/ps`)).models).map((model) => model.name ?? null);
}
