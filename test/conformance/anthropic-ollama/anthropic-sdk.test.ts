import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { rigForTest } from '../support/rig-for-test.ts';
import { KINDS, type Rig } from '../support/start-rig.ts';
import { createAnthropicClient } from './clients.ts';
import { HELLO, TWO_CALLS, WEATHER_TOOL } from './messages.ts';

const REASONED = { thinking: ['Let me', ' see.'], signature: 'sig-from-upstream', text: ['It is', ' four.'] };

describe.each(KINDS)('@anthropic-ai/sdk with an upstream of the kind %s', (kind) => {
  test('17: a message that is not streamed has its text, its stop reason and an array of content', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: ['Hello', ' there.'], usage: { input: 11, output: 7 } }));
    const message = await createAnthropicClient(rig).messages.create(question(rig));
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hello there.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 11, output_tokens: 7 },
    });
    expect(JSON.stringify(message.content)).not.toContain('citations');
  });

  test('17: a stream is the same message, block after block', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ ...REASONED, usage: { input: 11, output: 7 } }));
    const { message, events } = await readStream(rig, { thinking: { type: 'enabled', budget_tokens: 1024 } });
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me see.' },
      { type: 'text', text: 'It is four.' },
    ]);
    expect(message.usage).toMatchObject({ input_tokens: 11, output_tokens: 7 });
    expectSequentialBlocks(events);
  });

  test('17: thinking always comes with a signature, the upstream’s own where it has one', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(REASONED));
    const { message } = await readStream(rig, { thinking: { type: 'enabled', budget_tokens: 1024 } });
    const [block] = message.content;
    const signature = block?.type === 'thinking' ? block.signature : '';
    if (kind === 'anthropic') expect(signature).toBe('sig-from-upstream');
    else expect(signature).not.toBe('');
  });

  test('17: thinking in an answer that is not streamed stands before its text', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(REASONED));
    const message = await createAnthropicClient(rig).messages.create({
      ...question(rig),
      thinking: { type: 'enabled', budget_tokens: 1024 },
    });
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
  });

  test('17: two tool calls of a stream are two blocks with their own arguments', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS));
    const { message, events } = await readStream(rig, { tools: [WEATHER_TOOL] });
    expect(message.content).toMatchObject([
      { type: 'tool_use', name: 'weather', input: { city: 'Paris' } },
      { type: 'tool_use', name: 'weather', input: { city: 'Rome' } },
    ]);
    const ids = message.content.map((block) => (block.type === 'tool_use' ? block.id : ''));
    expect(new Set(ids).size).toBe(2);
    expect(message.stop_reason).toBe('tool_use');
    expectSequentialBlocks(events);
  });

  test('17: tool calls of an answer that is not streamed have objects as input', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer(TWO_CALLS));
    const message = await createAnthropicClient(rig).messages.create({ ...question(rig), tools: [WEATHER_TOOL] });
    expect(message.content).toMatchObject([{ input: { city: 'Paris' } }, { input: { city: 'Rome' } }]);
    expect(message.stop_reason).toBe('tool_use');
  });

  test('17: an answer cut by its token limit says so, streamed or not', async () => {
    const rig = await rigForTest({ kind });
    rig.upstream.script(answer({ text: 'cut', finish: 'length' }));
    const cut = await createAnthropicClient(rig).messages.create({ ...question(rig), max_tokens: 1 });
    expect(cut.stop_reason).toBe('max_tokens');
    const { message } = await readStream(rig, { max_tokens: 1 });
    expect(message.stop_reason).toBe('max_tokens');
  });

  test('17: a tool’s result goes back to the model, and the conversation goes on', async () => {
    const rig = await rigForTest({ kind });
    const client = createAnthropicClient(rig);
    rig.upstream.script(answer(TWO_CALLS), answer({ text: 'Sunny in both.' }));
    const first = await client.messages.create({ ...question(rig), tools: [WEATHER_TOOL] });
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'sunny' }] : [],
    );
    const second = await client.messages.create({
      ...question(rig),
      tools: [WEATHER_TOOL],
      messages: [...HELLO, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: 'Sunny in both.' }]);
    expect(JSON.stringify(rig.upstream.calls[1]?.body).match(/sunny/gu)).toHaveLength(2);
  });

  test('18: tokens are counted, more of them with a system text and tools', async () => {
    const rig = await rigForTest({ kind });
    const { messages } = createAnthropicClient(rig);
    const plain = await messages.countTokens({ model: rig.model, messages: HELLO });
    const more = await messages.countTokens({
      model: rig.model,
      messages: HELLO,
      system: [{ type: 'text', text: 'Answer in French, and be brief about it.' }],
      tools: [WEATHER_TOOL],
    });
    expect(plain.input_tokens).toBeGreaterThan(0);
    expect(more.input_tokens).toBeGreaterThan(plain.input_tokens + 10);
  });

  test('18: tokens are counted for a call with ?beta=true too', async () => {
    const rig = await rigForTest({ kind });
    const counted = await createAnthropicClient(rig).messages.countTokens(
      { model: rig.model, messages: HELLO },
      { query: { beta: true } },
    );
    expect(counted.input_tokens).toBeGreaterThan(0);
    const asked = rig.upstream.received.find((request) => request.pathname.endsWith('/count_tokens'));
    if (kind === 'anthropic') expect(asked?.path).toContain('?beta=true');
    else expect(asked).toBeUndefined();
  });

  test('19: the key as bearer or as x-api-key and both versions of the API are taken', async () => {
    const rig = await rigForTest({ kind });
    for (const auth of ['authorization', 'x-api-key']) {
      for (const version of ['2023-06-01', '2026-10-21']) {
        const response = await fetch(`${rig.url}/v1/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'anthropic-version': version, [auth]: 'Bearer sk-client' },
          body: JSON.stringify(question(rig)),
        });
        expect([auth, version, response.status]).toEqual([auth, version, 200]);
      }
    }
    const [oldest, newest] = [rig.upstream.calls[0], rig.upstream.calls[1]].map((call) => call?.headers);
    if (kind !== 'anthropic') return;
    expect(oldest?.['anthropic-version']).toBe('2023-06-01');
    expect(newest?.['anthropic-version']).toBe('2026-10-21');
  });

  test('19: the client’s key stays here, and the upstream gets its own', async () => {
    const rig = await rigForTest({ kind });
    await createAnthropicClient(rig).messages.create(question(rig));
    const { headers } = await rig.upstream.call(1);
    expect(JSON.stringify(headers)).not.toContain('sk-client');
    if (kind === 'openai') expect(headers.authorization).toBe('Bearer sk-upstream');
    if (kind === 'anthropic') expect(headers['x-api-key']).toBe('sk-upstream');
  });

  test('31: the list of models and each of them are what the client’s types say', async () => {
    const rig = await rigForTest({ kind });
    const client = createAnthropicClient(rig);
    const models = [];
    for await (const model of client.models.list()) models.push(model);
    const names = models.map((model) => model.id);
    expect(names).toContain('pointsman/auto');
    const own = names.find((name) => name.endsWith(rig.model)) ?? '';
    expect(await client.models.retrieve(own)).toMatchObject({ type: 'model', id: own });
  });
});

function question(rig: Rig) {
  // With the provider's name before it: the client warns of the bare one, which is to be retired.
  return { model: `${rig.kind}/${rig.model}`, max_tokens: 2000, messages: HELLO };
}

type Extra = Partial<Parameters<ReturnType<typeof createAnthropicClient>['messages']['stream']>[0]>;

async function readStream(rig: Rig, extra: Extra = {}): Promise<{ message: Message; events: RawMessageStreamEvent[] }> {
  const stream = createAnthropicClient(rig).messages.stream({ ...question(rig), ...extra });
  const events: RawMessageStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return { message: await stream.finalMessage(), events };
}

/** One message_start, then each block opened, filled and closed before the next, with rising numbers. */
function expectSequentialBlocks(events: RawMessageStreamEvent[]): void {
  expect(events.filter((event) => event.type === 'message_start')).toHaveLength(1);
  let open: number | null = null;
  let next = 0;
  for (const event of events) {
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([null, next]);
      open = next++;
    } else if (event.type === 'content_block_delta') expect(event.index).toBe(open);
    else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(open);
      open = null;
    }
  }
  expect(events.slice(-2).map((event) => event.type)).toEqual(['message_delta', 'message_stop']);
}
