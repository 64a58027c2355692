import type { GenerateResponse } from 'ollama';
import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { hangingUp } from '../../support/upstreams/script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS } from '../support/start-rig.ts';
import { parseLines } from './check-wire.ts';
import { createOllamaClient } from './clients.ts';
import { HELLO, TWO_CALLS, WEATHER_SCHEMA } from './messages.ts';

const TOOL = { type: 'function', function: { name: 'weather', description: 'Weather', parameters: WEATHER_SCHEMA } };

describe.each(KINDS)('ollama with an upstream of the kind %s', (kind) => {
  test('1: the model list holds the model with complete details, and show describes it', async () => {
    const rig = await rigForTest({ kind });
    const client = createOllamaClient(rig);
    const listed = (await client.list()).models.find((model) => model.name.endsWith(rig.model));
    expect([typeof listed?.details.format, typeof listed?.details.family]).toEqual(['string', 'string']);
    expect(listed?.digest).toMatch(/^[0-9a-f]{64}$/u);
    const shown = await client.show({ model: listed?.name ?? '' });
    expect(shown.capabilities).toContain('completion');
  });

  test('1: the loaded models are a list, empty where there is no Ollama', async () => {
    const rig = await rigForTest({ kind });
    const { models } = await createOllamaClient(rig).ps();
    expect(models.map((model) => model.name)).toEqual(kind === 'ollama' ? [rig.model] : []);
  });

  test('1: the version is Ollama’s own where there is one', async () => {
    const rig = await rigForTest({ kind });
    const { version } = await createOllamaClient(rig).version();
    expect(version).toBe(kind === 'ollama' ? '0.40.1' : '0.0.0');
  });

  test('1: GET and HEAD / say that Ollama is running', async () => {
    const rig = await rigForTest({ kind });
    const got = await fetch(rig.url);
    expect([got.status, await got.text()]).toEqual([200, 'Ollama is running']);
    expect(got.headers.get('content-type')).toContain('text/plain');
    const head = await fetch(rig.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each(['/api/chat', '/api/generate'])('2: without "stream" %s streams lines of JSON', async (path) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['a', 'b'] }));
    const response = await fetch(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: rig.model, messages: HELLO, prompt: 'Hello' }),
    });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = parseLines(await response.text());
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => line.done)).toEqual([...lines.slice(1).map(() => false), true]);
  });

  test('3: chat ends with done, its reason and its metrics', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['Hello', '.'], usage: { input: 11, output: 7 } }));
    const reply = await createOllamaClient(rig).chat({ model: rig.model, messages: HELLO });
    expect(reply).toMatchObject({
      message: { role: 'assistant', content: 'Hello.' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 11,
      eval_count: 7,
    });
    expect(reply.total_duration).toBeGreaterThan(0);
  });

  test('3: a streamed chat keeps thinking apart from the answer', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(
      answer({ thinking: ['Let me', ' see.'], text: ['Fo', 'ur.'], usage: { input: 11, output: 7 } }),
    );
    let thinking = '';
    let content = '';
    const client = createOllamaClient(rig);
    let last;
    for await (last of await client.chat({ model: rig.model, messages: HELLO, stream: true, think: true })) {
      thinking += last.message.thinking ?? '';
      content += last.message.content;
    }
    expect([thinking, content]).toEqual(['Let me see.', 'Four.']);
    expect(last).toMatchObject({ done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 7 });
  });

  test.each([true, false])('3: two tool calls keep their numbers and arguments, streamed: %s', async (stream) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS));
    const response = await fetch(`${rig.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: rig.model, messages: HELLO, tools: [TOOL], stream }),
    });
    const lines = parseLines(`${(await response.text()).trimEnd()}\n`);
    const calls = lines.flatMap((line) => callsIn(line));
    expect(calls.map((call) => call.function.index)).toEqual([0, 1]);
    expect(calls.map((call) => call.function.arguments)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    expect(lines.at(-1)?.done_reason).toBe('stop');
  });

  test('3: a tool’s result goes back by its name', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny in both.' }));
    const client = createOllamaClient(rig);
    const first = await client.chat({ model: rig.model, messages: HELLO, tools: [TOOL] });
    const results = (first.message.tool_calls ?? []).map(() => ({
      role: 'tool',
      tool_name: 'weather',
      content: 'sunny',
    }));
    const messages = [...HELLO, first.message, ...results];
    const second = await client.chat({ model: rig.model, messages, tools: [TOOL] });
    expect(second.message.content).toBe('Sunny in both.');
    expect(JSON.stringify(rig.upstream.calls[1]?.body).match(/sunny/gu)).toHaveLength(2);
  });

  test('3: an answer cut by num_predict says length', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'cut', finish: 'length' }));
    const reply = await createOllamaClient(rig).chat({
      model: rig.model,
      messages: HELLO,
      options: { num_predict: 1 },
    });
    expect(reply.done_reason).toBe('length');
  });

  test.each([true, false])('3: generate answers a prompt, streamed: %s', async (stream) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['Fo', 'ur.'], usage: { input: 11, output: 7 } }));
    const client = createOllamaClient(rig);
    const chunks: GenerateResponse[] = [];
    const asked = { model: rig.model, prompt: '2+2?' };
    if (stream) for await (const chunk of await client.generate({ ...asked, stream })) chunks.push(chunk);
    else chunks.push(await client.generate(asked));
    expect(chunks.map((chunk) => chunk.response).join('')).toBe('Four.');
    expect(chunks.at(-1)).toMatchObject({ done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 7 });
  });

  test('5: one text or several are embedded, and one the older way', async () => {
    const rig = await rigForTest({ kind });
    const client = createOllamaClient(rig);
    if (rig.embeddingModel === null) {
      await expect(client.embed({ model: rig.model, input: 'one' })).rejects.toThrow(/embedding/u);
      return;
    }
    const one = await client.embed({ model: rig.embeddingModel, input: 'one' });
    const two = await client.embed({ model: rig.embeddingModel, input: ['one', 'two'] });
    const older = await client.embeddings({ model: rig.embeddingModel, prompt: 'one' });
    expect(one.embeddings).toHaveLength(1);
    expect(two.embeddings[0]).toEqual(one.embeddings[0]);
    expect(two.embeddings[1]).not.toEqual(one.embeddings[0]);
    expect(older.embedding).toEqual(one.embeddings[0]);
  });

  test.each([
    ['a refusal', problem({ status: 400, message: 'that is wrong' }), 'that is wrong'],
    ['a failure', problem({ status: 500, message: 'secret inside' }), 'status 500'],
    ['an overload', problem({ status: 503 }), 'overloaded'],
    ['a limit', problem({ status: 429 }), 'limiting'],
    ['a hang-up', hangingUp(), 'closed the connection'],
  ])('6: %s of the upstream is told in a string', async (_name, script, words) => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(script);
    const asked = createOllamaClient(rig).chat({ model: rig.model, messages: HELLO });
    await expect(asked).rejects.toThrow(words);
  });

  test('6: a model that nobody has is told in a string, with the nearest names', async () => {
    const rig = await rigForTest({ kind });
    const asked = createOllamaClient(rig).chat({ model: `${rig.model}x`, messages: HELLO });
    await expect(asked).rejects.toThrow(`model '${rig.model}x' not found. Did you mean ${rig.model}`);
  });
});

describe('ollama’s administration', () => {
  test('4: pull tells its progress and ends with success', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const steps = [];
    for await (const step of await createOllamaClient(rig).pull({ model: 'new:1b', stream: true })) steps.push(step);
    expect(steps[0]?.status).toBe('pulling manifest');
    expect(steps.some((step) => step.total === 2048 && step.completed === 1024)).toBe(true);
    expect(steps.at(-1)?.status).toBe('success');
    const asked = rig.upstream.received.find((request) => request.path === '/api/pull');
    expect(asked?.body).toEqual({ name: 'new:1b', stream: true });
  });

  test('4: pull without a stream, create, copy and delete do what they do at Ollama', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const client = createOllamaClient(rig);
    expect((await client.pull({ model: 'new:1b' })).status).toBe('success');
    expect((await client.create({ model: 'made:1b', from: 'new:1b', stream: false })).status).toBe('success');
    await client.copy({ source: 'made:1b', destination: 'copy:1b' });
    await client.delete({ model: 'new:1b' });
    const names = (await client.list()).models.map((model) => model.name);
    expect(names).toEqual(expect.arrayContaining(['made:1b', 'copy:1b']));
    expect(names).not.toContain('new:1b');
    await expect(client.delete({ model: 'new:1b' })).rejects.toThrow("model 'new:1b' not found");
  });

  test('4: a model that was pulled a moment ago can be talked to', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    const client = createOllamaClient(rig);
    await client.pull({ model: 'new:1b' });
    rig.upstream.script(answer({ text: 'Here.' }));
    const reply = await client.chat({ model: 'new:1b', messages: HELLO });
    expect(reply.message.content).toBe('Here.');
  });

  test('32: unloading a model with keep_alive 0 passes', async () => {
    const rig = await rigForTest({ kind: 'ollama' });
    rig.upstream.script(answer({ finish: 'unload' }));
    const reply = await createOllamaClient(rig).generate({ model: rig.model, prompt: '', keep_alive: 0 });
    expect(reply).toMatchObject({ done: true, done_reason: 'unload', response: '' });
    expect(rig.upstream.calls[0]?.body.keep_alive).toBe(0);
  });
});

interface Call {
  function: { index: number; arguments: unknown };
}

function callsIn(line: { message?: unknown }): Call[] {
  const message = line.message as { tool_calls?: Call[] };
  return message.tool_calls ?? [];
}
