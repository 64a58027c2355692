import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { jsonReply, raw } from '../../support/upstreams/script.ts';
import { CREATED_SECONDS } from '../../support/upstreams/wire-format.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import type { Rig } from '../support/start-rig.ts';
import { createOpenAiClient } from './clients.ts';
import { at, HELLO, postChatStream } from './post-raw.ts';
import { argumentsOf, WEATHER_TOOL } from './weather-tool.ts';

/** Streams as OpenAI-style servers and proxies have really sent them. Each must be a good answer to OpenAI's own client. */

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: CREATED_SECONDS, model: 'gpt-4o' };
const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  ...HEAD,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
});
const calling = (call: JsonObject): JsonObject => chunk({ tool_calls: [call] });
const ROLE = chunk({ role: 'assistant', content: null });
const FINISH = chunk({}, 'stop');
const DONE = '[DONE]';
const HELLO_THERE = [chunk({ role: 'assistant', content: 'Hello' }), chunk({ content: ' there' })];

async function rigSending(events: readonly (JsonObject | string)[], separator = '\n\n'): Promise<Rig> {
  const rig = await rigForTest({ kind: 'openai' });
  const chunks = events.map(
    (event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}${separator}`,
  );
  rig.upstream.script(raw({ headers: { 'content-type': 'text/event-stream' }, chunks }));
  return rig;
}

async function finalOf(rig: Rig) {
  const ask = { model: rig.model, messages: HELLO, tools: [WEATHER_TOOL] };
  const { choices } = await createOpenAiClient(rig).chat.completions.stream(ask).finalChatCompletion();
  const [choice] = choices;
  if (choice === undefined) throw new Error('the client has no choice');
  return choice;
}

describe('tool calls', () => {
  it('8. finish_reason "stop" after tool calls becomes tool_calls', async () => {
    const call = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'weather', arguments: '{"city":"Rome"}' },
    };
    const choice = await finalOf(await rigSending([ROLE, calling(call), FINISH, DONE]));
    expect(choice.finish_reason).toBe('tool_calls');
  });

  it('8. arguments as an object become a string', async () => {
    const call = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: 'weather', arguments: { city: 'Rome' } },
    };
    const choice = await finalOf(await rigSending([ROLE, calling(call), FINISH, DONE]));
    expect(choice.message.tool_calls?.map(argumentsOf)).toEqual([{ city: 'Rome' }]);
  });

  it('8. a new id in every chunk of one call stays one call', async () => {
    const piece = (id: string, text: string) =>
      calling({ index: 0, id, type: 'function', function: { name: 'weather', arguments: text } });
    const rig = await rigSending([ROLE, piece('a', '{"city":'), piece('b', '"Rome"}'), FINISH, DONE]);
    const { message } = await finalOf(rig);
    expect(message.tool_calls).toHaveLength(1);
    expect(message.tool_calls?.map(argumentsOf)).toEqual([{ city: 'Rome' }]);
  });

  it('8. a call without an id gets one', async () => {
    const call = { index: 0, type: 'function', function: { name: 'weather', arguments: '{}' } };
    const { message } = await finalOf(await rigSending([ROLE, calling(call), FINISH, DONE]));
    expect(message.tool_calls?.[0]?.id).toEqual(expect.stringMatching(/./u));
  });

  it('8. a whole answer with "stop" and arguments as an object is mended too', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: { city: 'Rome' } } };
    const message = { role: 'assistant', content: null, refusal: null, tool_calls: [call] };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    rig.upstream.script(raw(jsonReply({ ...HEAD, object: 'chat.completion', choices })));
    const ask = { model: rig.model, messages: HELLO, tools: [WEATHER_TOOL] };
    const [choice] = (await createOpenAiClient(rig).chat.completions.create(ask)).choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":"Rome"}' } });
  });
});

describe('the shape of streams', () => {
  it('7. a usage-only chunk without choices gets an empty list of them', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const rig = await rigSending([...HELLO_THERE, FINISH, { ...HEAD, usage }, DONE]);
    const chunks = await postChatStream(rig, { stream_options: { include_usage: true } });
    const told = chunks.find((each) => at(each, 'usage', 'total_tokens') === 5);
    expect(at(told, 'choices')).toEqual([]);
  });

  it('7. usage in the finish chunk is counted', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const rig = await rigSending([...HELLO_THERE, { ...FINISH, usage }, DONE]);
    await postChatStream(rig);
    const [record] = await rig.recorded();
    expect(record?.attempts[0]).toMatchObject({ inputTokens: 3, outputTokens: 2, usageEstimated: false });
  });

  it('7. a stream that finishes without [DONE] gets it', async () => {
    const rig = await rigSending([...HELLO_THERE, FINISH]);
    expect((await postChatStream(rig)).at(-1)).toBe(DONE);
  });

  it('7. [DONE] without a finish_reason gets one', async () => {
    const choice = await finalOf(await rigSending([...HELLO_THERE, DONE]));
    expect([choice.message.content, choice.finish_reason]).toEqual(['Hello there', 'stop']);
  });

  it('7. lines that end in CR LF', async () => {
    const choice = await finalOf(await rigSending([...HELLO_THERE, FINISH, DONE], '\r\n\r\n'));
    expect([choice.message.content, choice.finish_reason]).toEqual(['Hello there', 'stop']);
  });

  it('7. a stream that never names the role gets it in its first delta', async () => {
    const rig = await rigSending([chunk({ content: 'Hello' }), chunk({ content: ' there' }), FINISH, DONE]);
    const roles = (await postChatStream(rig)).map((each) => at(each, 'choices', 0, 'delta', 'role'));
    expect(roles.filter((role) => role !== undefined)).toEqual(['assistant']);
    expect(roles[0]).toBe('assistant');
    expect((await finalOf(rig)).message).toMatchObject({ role: 'assistant', content: 'Hello there' });
  });

  it('7. comments between events are no content and do not disturb', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    const events = [...HELLO_THERE, FINISH].map(
      (event) => `: OPENROUTER PROCESSING\n\ndata: ${JSON.stringify(event)}\n\n`,
    );
    rig.upstream.script(
      raw({ headers: { 'content-type': 'text/event-stream' }, chunks: [...events, 'data: [DONE]\n\n'] }),
    );
    expect((await finalOf(rig)).message.content).toBe('Hello there');
  });

  it('7. a server that answers a wish to stream with one JSON body is streamed for', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    const message = { role: 'assistant', content: 'Hello there', refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    rig.upstream.script(raw(jsonReply({ ...HEAD, object: 'chat.completion', choices })));
    expect((await finalOf(rig)).message.content).toBe('Hello there');
  });

  it('22. an error with HTTP status 200 is no answer', async () => {
    const rig = await rigForTest({ kind: 'openai' });
    rig.upstream.script(raw(jsonReply({ error: { message: 'Overloaded', type: 'overloaded_error' } })));
    const asked = createOpenAiClient(rig).chat.completions.create({ model: rig.model, messages: HELLO });
    await expect(asked).rejects.toMatchObject({ status: 502 });
  });

  it('22. an error in plain words inside a stream reaches the client', async () => {
    const rig = await rigSending([...HELLO_THERE, { error: 'CUDA out of memory' }]);
    const chunks = await postChatStream(rig);
    expect(at(chunks.at(-1), 'error', 'message')).toContain('CUDA out of memory');
  });
});

describe('Ollama’s gaps', () => {
  it('21. prompt_eval_count is absent when all of the prompt was cached: an estimate, not 0', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    rig.upstream.script(answer({ text: ['One', ' two'], usage: { input: 0, output: 5 } }));
    await postChatStream(rig);
    const [record] = await rig.recorded();
    const [attempt] = record?.attempts ?? [];
    expect(attempt).toMatchObject({ outputTokens: 5, usageEstimated: true });
    expect(attempt?.inputTokens).toBeGreaterThan(0);
  });

  it('22. a failure in the middle is an error, not an empty chunk', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    rig.upstream.script(answer({ text: ['One', ' two'], fails: { message: 'llama runner process has terminated' } }));
    const chunks = await postChatStream(rig);
    expect(at(chunks.at(-1), 'error', 'message')).toContain('llama runner process has terminated');
  });

  it('11. its own /v1 is never used: num_ctx and think would be lost', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    await postChatStream(rig);
    expect(rig.upstream.calls[0]?.pathname).toBe('/api/chat');
    expect(rig.upstream.received.filter((request) => request.pathname.startsWith('/v1/'))).toEqual([]);
  });

  it('6. the client’s Origin and Referer are not forwarded', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    await fetch(`${rig.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'http://localhost:3000',
        referer: 'http://localhost:3000/x',
      },
      body: JSON.stringify({ model: rig.model, messages: HELLO }),
    });
    expect(rig.upstream.calls[0]?.headers).not.toHaveProperty('origin');
    expect(rig.upstream.calls[0]?.headers).not.toHaveProperty('referer');
  });
});
