import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { pairForTest, type Pair, type Surface } from '../../engine/exchange/pair-for-test.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import type { Script } from '../../support/upstreams/script.ts';
import { held } from '../../support/upstreams/script-changes.ts';
import { KINDS } from '../support/start-rig.ts';
import { parseEvents, parseLines } from './check-wire.ts';
import { createAnthropicClient } from './clients.ts';

const HELLO = answer({ text: ['Hello', ' late.'], usage: { input: 11, output: 7, cached: 4 } });

/** Ways to be silent for a minute: before the headers, and after them. */
const SILENCES: readonly [string, (gate: Gate) => Script][] = [
  ['without an answer', (gate) => held(gate, HELLO)],
  [
    'after its headers',
    (gate) => answer({ text: [gate, 'Hello', ' late.'], usage: { input: 11, output: 7, cached: 4 } }),
  ],
];

describe.each(KINDS)('28: an upstream of the kind %s that is silent for a minute', (kind) => {
  describe.each(SILENCES)('%s', (_name, silence) => {
    test('OpenAI clients get comment lines, and then the whole answer', async () => {
      const { text, pair } = await askSlowly(kind, silence, 'openai');
      const beats = text.split('\n\n').filter((block) => block.startsWith(':'));
      expect(beats.length).toBeGreaterThanOrEqual(5);
      const rest = text.slice(text.lastIndexOf(': keep-alive\n\n') + ': keep-alive\n\n'.length);
      expect(rest).toContain('"Hello"');
      expect(rest).toContain(' late.');
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect((await pair.recorded())[0]).toMatchObject({ outcome: 'ok', attempts: [{ outputTokens: 7 }] });
    });

    test('Anthropic clients get message_start once, pings, and then the answer with its usage', async () => {
      const { text } = await askSlowly(kind, silence, 'anthropic');
      const events = parseEvents(text);
      const names = events.map((event) => event.name);
      expect(names.slice(0, 2)).toEqual(['message_start', 'ping']);
      expect(names.filter((name) => name === 'message_start')).toHaveLength(1);
      expect(names.filter((name) => name === 'ping').length).toBeGreaterThanOrEqual(5);
      expect(names.at(-1)).toBe('message_stop');
      const end = events.find((event) => event.name === 'message_delta')?.data;
      expect(end).toMatchObject({ usage: { input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 7 } });
      expect(text).toContain(' late.');
    });

    test('Ollama clients get their headers at once and nothing but the answer', async () => {
      const { text } = await askSlowly(kind, silence, 'ollama');
      const lines = parseLines(text);
      expect(lines.map((line) => (line.message as { content: string }).content).join('')).toBe('Hello late.');
      expect(lines.at(-1)).toMatchObject({ done: true, prompt_eval_count: 11, eval_count: 7 });
    });
  });

  test('@anthropic-ai/sdk waits through it and reads one whole message', async () => {
    const pair = await pairForTest({ kinds: [kind, 'openai'] });
    const gate = new Gate();
    pair.first.script(held(gate, HELLO));
    const client = createAnthropicClient({ url: pair.url, model: 'm' });
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const stream = client.messages.stream({ model: 'first/m', max_tokens: 100, messages });
    const events: RawMessageStreamEvent[] = [];
    stream.on('streamEvent', (event) => void events.push(event));
    await pair.first.call(1);
    await pair.clock.advance(60_000);
    gate.open();
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello late.' }]);
    expect(message.usage).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 7 });
    expect(events.filter((event) => event.type === 'message_start')).toHaveLength(1);
  });
});

describe('28: after heartbeats', () => {
  test.each(['openai', 'anthropic', 'ollama'] as const)(
    'an answer on the surface %s still fails over',
    async (surface) => {
      for (const kind of KINDS) {
        const pair = await pairForTest({ kinds: [kind, 'anthropic'] });
        pair.second.script(HELLO);
        const { text } = await readSlowly(pair, (gate) => held(gate, problem({ status: 500 })), surface);
        expect(text).toContain(' late.');
        expect(text).not.toContain('"error"');
        if (surface !== 'anthropic') continue;
        const names = parseEvents(text).map((event) => event.name);
        expect(names.filter((name) => name === 'message_start')).toHaveLength(1);
        expect(names.at(-1)).toBe('message_stop');
      }
    },
  );

  test.each(['openai', 'anthropic', 'ollama'] as const)(
    'a failure of everything is told in the stream of the surface %s',
    async (surface) => {
      const pair = await pairForTest();
      pair.second.script(problem({ status: 500 }));
      const { text } = await readSlowly(pair, (gate) => held(gate, problem({ status: 500 })), surface);
      expect(text).toContain('first/m: first failed with status 500.');
      expect(text).toContain('second/m: second failed with status 500.');
      if (surface === 'anthropic') expect(parseEvents(text).at(-1)?.name).toBe('error');
      if (surface === 'ollama') expect(parseLines(text).at(-1)?.error).toContain('All 2 attempts failed.');
    },
  );

  test('a request that is not streamed gets none: its status is still open', async () => {
    const pair = await pairForTest();
    const gate = new Gate();
    pair.first.script(held(gate, problem({ status: 400, message: 'no' })));
    const asked = pair.chat();
    await pair.first.call(1);
    await pair.clock.advance(60_000);
    gate.open();
    expect((await asked).status).toBe(400);
  });
});

async function askSlowly(
  kind: ProviderKind,
  silence: (gate: Gate) => Script,
  surface: Surface,
): Promise<{ text: string; pair: Pair }> {
  return readSlowly(await pairForTest({ kinds: [kind, 'openai'] }), silence, surface);
}

/** Streams through a minute of silence. The headers must be there before the upstream goes on. */
async function readSlowly(
  pair: Pair,
  silence: (gate: Gate) => Script,
  surface: Surface,
): Promise<{ text: string; pair: Pair }> {
  const gate = new Gate();
  pair.first.script(silence(gate));
  const asked = pair.chat({ surface, stream: true });
  await pair.first.call(1);
  await pair.clock.advance(60_000);
  const response = await asked;
  expect(response.status).toBe(200);
  gate.open();
  return { text: await response.text(), pair };
}
