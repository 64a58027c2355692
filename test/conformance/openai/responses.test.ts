import { zstdCompressSync } from 'node:zlib';
import { generateText, jsonSchema, streamText, type ToolSet } from 'ai';
import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { checkWire } from './check-wire.ts';
import { createAiOpenAi, createLangChain, createOpenAiClient } from './clients.ts';
import { at, postForEvents, postRaw } from './post-raw.ts';
import { CITIES, TWO_CALLS, WEATHER_SCHEMA, WEATHER_TOOL } from './weather-tool.ts';

const TEXT = ['Hel', 'lo ', 'you.'];
const TOOL = { type: 'function', name: 'weather', parameters: WEATHER_SCHEMA, strict: false } as const;

const UPSTREAMS: readonly { upstream: string; kind: ProviderKind; responses: boolean }[] = [
  { upstream: 'openai with /responses', kind: 'openai', responses: true },
  { upstream: 'openai with chat only', kind: 'openai', responses: false },
  { upstream: 'anthropic', kind: 'anthropic', responses: false },
  { upstream: 'ollama', kind: 'ollama', responses: false },
];

describe.each(UPSTREAMS)('responses of $upstream', ({ kind, responses }) => {
  async function rigSaying(meaning: Answer = { text: TEXT }) {
    const rig = await rigForTest({ kind, features: { responses } });
    rig.upstream.script(answer({ usage: { input: 20, output: 5 }, ...meaning }));
    return rig;
  }

  it('16. stream: every event in its order, numbered without a gap, and no [DONE]', async () => {
    const rig = await rigSaying();
    const events = await postForEvents(rig, '/v1/responses', { input: 'Hello' });
    expect(events.map((event) => event.name?.replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(events.map((event) => at(event.data, 'sequence_number'))).toEqual(events.map((_, index) => index));
    expect(events.map((event) => at(event.data, 'type'))).toEqual(events.map((event) => event.name));
    expect(at(events[7]?.data, 'text')).toBe('Hello you.');
  });

  it('16. openai responses.create: output_text, status and usage', async () => {
    const rig = await rigSaying();
    const response = await createOpenAiClient(rig).responses.create({ model: rig.model, input: 'Hello' });
    expect(response).toMatchObject({ object: 'response', status: 'completed', output_text: 'Hello you.' });
    expect(response.usage).toMatchObject({
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 25,
    });
  });

  it('16. openai responses.stream puts the answer together', async () => {
    const rig = await rigSaying();
    const stream = createOpenAiClient(rig).responses.stream({ model: rig.model, input: 'Hello' });
    const response = await stream.finalResponse();
    expect(response).toMatchObject({ status: 'completed', output_text: 'Hello you.' });
    expect(response.usage?.total_tokens).toBe(25);
  });

  it('16. stream of two calls: arguments in pieces, then whole, then the item', async () => {
    const rig = await rigSaying(TWO_CALLS);
    const events = await postForEvents(rig, '/v1/responses', { input: 'Hello', tools: [TOOL] });
    const done = events.filter((event) => event.name === 'response.function_call_arguments.done');
    expect(done.map((event) => JSON.parse(String(at(event.data, 'arguments'))) as unknown)).toEqual(
      CITIES.map((city) => ({ city })),
    );
    const added = events.filter((event) => event.name === 'response.output_item.added');
    expect(added.map((event) => at(event.data, 'output_index'))).toEqual([0, 1]);
    const output = at(events.at(-1)?.data, 'response', 'output');
    expect(output).toMatchObject(CITIES.map(() => ({ type: 'function_call', name: 'weather', status: 'completed' })));
  });

  it('16. openai reads two calls, streamed and whole', async () => {
    const rig = await rigSaying(TWO_CALLS);
    const ask = { model: rig.model, input: 'Hello', tools: [TOOL] };
    const client = createOpenAiClient(rig);
    for (const { output } of [await client.responses.stream(ask).finalResponse(), await client.responses.create(ask)]) {
      const calls = output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
      expect(calls.map((call) => JSON.parse(call.arguments) as unknown)).toEqual(CITIES.map((city) => ({ city })));
      expect(new Set(calls.map((call) => call.call_id)).size).toBe(2);
    }
  });

  it('16. the results of calls go back under their ids', async () => {
    const rig = await rigSaying();
    const call = { type: 'function_call', call_id: 'call_a', name: 'weather', arguments: '{"city":"Rome"}' } as const;
    const { output_text } = await createOpenAiClient(rig).responses.create({
      model: rig.model,
      tools: [TOOL],
      input: [
        { role: 'user', content: 'Hello' },
        call,
        { type: 'function_call_output', call_id: 'call_a', output: 'sunny in Rome' },
      ],
    });
    expect(output_text).toBe('Hello you.');
    expect(JSON.stringify(rig.upstream.calls[0]?.body)).toContain('sunny in Rome');
  });

  it('16. AI SDK openai: text, calls and usage, streamed and whole', async () => {
    const rig = await rigSaying();
    const model = createAiOpenAi(rig)(rig.model);
    const whole = await generateText({ model, prompt: 'Hello', maxRetries: 0 });
    const streamed = streamText({ model, prompt: 'Hello', maxRetries: 0 });
    expect([whole.text, await streamed.text]).toEqual(['Hello you.', 'Hello you.']);
    expect([whole.finishReason, await streamed.finishReason]).toEqual(['stop', 'stop']);
    rig.upstream.script(answer(TWO_CALLS));
    const tools: ToolSet = { weather: { inputSchema: jsonSchema(WEATHER_SCHEMA) } };
    const calling = streamText({ model, prompt: 'Hello', tools, maxRetries: 0 });
    expect((await calling.toolCalls).map((each): unknown => each.input)).toEqual(CITIES.map((city) => ({ city })));
    expect(await calling.finishReason).toBe('tool-calls');
  });

  it('16. LangChain over responses: text and calls', async () => {
    const rig = await rigSaying();
    const model = createLangChain(rig, { fields: { useResponsesApi: true } });
    expect((await model.invoke('Hello')).text).toBe('Hello you.');
    rig.upstream.script(answer(TWO_CALLS));
    const { tool_calls } = await model.bindTools([WEATHER_TOOL]).invoke('Hello');
    expect(tool_calls?.map((call) => call.args)).toEqual(CITIES.map((city) => ({ city })));
  });

  it('16. thinking is an item of its own before the message', async () => {
    const rig = await rigSaying({ thinking: ['Let me ', 'think.'], text: TEXT });
    const stream = createOpenAiClient(rig).responses.stream({ model: rig.model, input: 'Hello' });
    const { output, output_text } = await stream.finalResponse();
    expect(output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    expect(JSON.stringify(output[0])).toContain('Let me think.');
    expect(output_text).toBe('Hello you.');
  });

  it('16. an answer cut by its limit is incomplete and says why', async () => {
    const rig = await rigSaying({ text: TEXT, finish: 'length' });
    const client = createOpenAiClient(rig);
    const ask = { model: rig.model, input: 'Hello', max_output_tokens: 16 };
    const streamed = await client.responses.stream(ask).finalResponse();
    for (const response of [streamed, await client.responses.create(ask)]) {
      expect(response.status).toBe('incomplete');
      expect(response.incomplete_details?.reason).toBe('max_output_tokens');
    }
    const { body } = rig.upstream.calls[0] ?? {};
    const limits = [
      body?.max_output_tokens,
      body?.max_tokens,
      body?.max_completion_tokens,
      at(body, 'options', 'num_predict'),
    ];
    expect(limits).toContain(16);
  });

  it('16. instructions and developer messages reach the upstream in order', async () => {
    const rig = await rigSaying();
    await createOpenAiClient(rig).responses.create({
      model: rig.model,
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: 'Hello' },
      ],
    });
    const sent = JSON.stringify(rig.upstream.calls[0]?.body);
    expect(sent).toContain('Be brief.');
    expect(sent).toContain('Be kind.');
  });

  it('16. what agents send besides is tolerated', async () => {
    const rig = await rigSaying();
    const { status } = await postRaw(rig, '/v1/responses', {
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        { type: 'additional_tools', tools: [] },
      ],
      tools: [TOOL, { type: 'web_search' }, { type: 'namespace', name: 'files', tools: [] }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      store: false,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'abc',
      client_metadata: { session: 'xyz' },
      reasoning: { effort: 'medium', summary: 'auto' },
    });
    expect(status).toBe(200);
  });

  it('16. a zstd body is read', async () => {
    const rig = await rigSaying();
    const response = await fetch(`${rig.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'zstd' },
      body: new Uint8Array(zstdCompressSync(JSON.stringify({ model: rig.model, input: 'Hello' }))),
    });
    const text = await response.text();
    checkWire({ path: '/v1/responses', status: response.status, type: 'application/json', text });
    expect(text).toContain('Hello you.');
  });
});

describe('responses that need a server with a memory', () => {
  it.each(['openai', 'anthropic', 'ollama'] as const)(
    '16. previous_response_id is refused in words (%s)',
    async (kind) => {
      const rig = await rigForTest({ kind, features: { responses: false } });
      const ask = { input: 'Hello', previous_response_id: 'resp_1' };
      const { status, text } = await postRaw(rig, '/v1/responses', ask);
      expect(status).toBe(400);
      expect(text).toContain('previous_response_id');
      expect(rig.upstream.calls).toHaveLength(0);
    },
  );

  it('16. and passed on to the one that has it', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    await postRaw(rig, '/v1/responses', { input: 'Hello', previous_response_id: 'resp_1' });
    expect(rig.upstream.calls[0]?.body).toHaveProperty('previous_response_id', 'resp_1');
  });
});
