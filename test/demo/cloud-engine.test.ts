import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulatedEngines, type SimulatedEngines } from '../../src-main/demo/start-simulated-engines.ts';
import { expectSchema } from '../support/wire-schemas.ts';
import { askLocal, call, callJson, callStream, chat, contentOf, objects } from './demo-client.ts';
import { InstantClock } from './instant-clock.ts';
import { WEATHER } from './weather-tool.ts';

let clock: InstantClock;
let engines: SimulatedEngines;

beforeEach(async () => {
  clock = new InstantClock();
  engines = await startSimulatedEngines({ seed: 1, clock });
});
afterEach(() => engines.stop());

const CLOUD = 'sim-cloud-large';

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
    const local = await askLocal(engines, { model: 'sim-llama:3b', question: 'What is 2 + 2?' });
    expect(cloudMs).toBeLessThan(Number(local.total_duration) / 1e6);
  });
});
