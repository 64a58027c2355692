import { describe, expect, test } from 'vitest';
import { AnswerCollector } from '../../../src-main/engine/exchange/answer-collector.ts';
import type { FormatName } from '../../../src-main/engine/protocols/chat-request.ts';
import type { FinishedChat, PromptKeeper } from '../../../src-main/engine/store/finished-chat.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { legsForTest, type AskOptions, type LegsOptions } from './legs-for-test.ts';

class Keeper implements PromptKeeper {
  readonly taken: FinishedChat[] = [];
  readonly #consent: number | null;
  looks = 0;

  constructor(consent: number | null = 7) {
    this.#consent = consent;
  }

  get consent(): number | null {
    this.looks += 1;
    return this.#consent;
  }

  take(chat: FinishedChat): void {
    this.taken.push(chat);
  }
}

async function keepers(options: LegsOptions = {}) {
  const keeper = new Keeper();
  return { keeper, legs: await legsForTest({ ...options, keeper }) };
}

const answersOf = ({ taken }: Keeper) => taken.map(({ endpoint, answer: parts }) => [endpoint, parts]);
const said = (text: string) => [{ type: 'text', text }];

describe('of several answers the accepted one is handed over', () => {
  test('after a first one was thrown away', async () => {
    const { keeper, legs } = await keepers({ path: 'cascade' });
    legs.local.script(answer({ text: 'I’m sorry, but I can’t help with that.' }));
    legs.cloud.script(answer({ text: ['Gladly', '.'] }));
    await legs.ask().ended;
    expect(answersOf(keeper)).toEqual([['cloud/m', said('Gladly.')]]);
    expect(keeper.taken[0]).toMatchObject({ requestId: 'request1', consent: 7, track: 'cloud', isPrivate: false });
  });

  test('when a poor one was all that could be had', async () => {
    const { keeper, legs } = await keepers({ path: 'cascade' });
    legs.choice.candidates = [legs.endpoints[0]];
    legs.local.script(answer({ text: 'I’m sorry, but I can’t help with that.' }));
    await legs.ask().ended;
    expect(answersOf(keeper)).toEqual([['local/m', said('I’m sorry, but I can’t help with that.')]]);
  });

  test('of a race the winner’s, whatever the loser had said', async () => {
    const { keeper, legs } = await keepers({ path: 'parallel', hedgeAfterMs: 400 });
    const gate = new Gate();
    legs.local.script(answer({ text: [gate, 'too late'] }));
    legs.cloud.script(answer({ text: ['in', ' time'] }));
    const client = legs.ask();
    await legs.local.call(1);
    await legs.clock.advance(400);
    await client.ended;
    gate.open();
    expect(answersOf(keeper)).toEqual([['cloud/m', said('in time')]]);
  });

  test('after another failed, with the cost of both', async () => {
    const { keeper, legs } = await keepers();
    legs.local.script(problem({ status: 500 }));
    legs.cloud.script(answer({ text: 'Well.', usage: { input: 3, output: 9 } }));
    await legs.ask().ended;
    expect(keeper.taken[0]).toMatchObject({ endpoint: 'cloud/m', costNanoUsd: 9, answer: said('Well.') });
  });
});

describe('nothing is handed over', () => {
  test('of an answer whose client hung up', async () => {
    const { keeper, legs } = await keepers();
    const gate = new Gate();
    legs.local.script(answer({ text: ['begun', gate, ' and more'] }));
    const client = legs.ask();
    await client.answering;
    client.hangUp();
    gate.open();
    expect(legs.records[0]?.outcome).toBe('cancelled');
    expect(keeper.taken).toEqual([]);
  });

  test('of one that broke off', async () => {
    const { keeper, legs } = await keepers();
    legs.local.script(answer({ text: ['begun', ' and'], fails: { status: 529 } }));
    await legs.ask().ended;
    expect(keeper.taken).toEqual([]);
  });

  test('without consent, which is looked at once', async () => {
    const keeper = new Keeper(null);
    const legs = await legsForTest({ keeper });
    await legs.ask().ended;
    expect([keeper.taken.length, keeper.looks]).toEqual([0, 1]);
  });
});

const CASES: readonly [string, Answer][] = [
  ['text', { text: ['All ', 'is ', 'well.'] }],
  ['a long text', { text: Array.from({ length: 300 }, (_, place) => `piece ${place}, which is a longer one. `) }],
  ['a refusal', { text: 'I’m sorry, but I can’t help with that.' }],
  ['nothing', { text: '' }],
  ['a tool call', { text: 'So.', toolCalls: [{ name: 'weather', arguments: { city: 'Köln 🌧' } }] }],
];
const wordsOf = ({ text = '' }: Answer) => (typeof text === 'string' ? text : text.map(String).join(''));
const FORMATS = ['openai-chat', 'openai-completions', 'openai-responses', 'anthropic-messages', 'ollama-chat'] as const;
const TOOLS: Readonly<Partial<Record<FormatName, unknown>>> = {
  'openai-chat': [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
  'openai-responses': [{ type: 'function', name: 'weather', parameters: { type: 'object' } }],
  'anthropic-messages': [{ name: 'weather', input_schema: { type: 'object' } }],
  'ollama-chat': [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
};

describe.each(CASES)('listening to %s for keeping', (_name, meaning) => {
  test.each(FORMATS.flatMap((surface) => [true, false].map((stream) => [surface, stream] as const)))(
    'changes neither the client’s bytes nor what is learned (%s, streamed: %s)',
    async (surface, stream) => {
      const kinds = ['openai', 'openai', 'openai'] as const;
      const { toolCalls, ...plain } = meaning;
      const tools = toolCalls === undefined ? undefined : TOOLS[surface];
      const options: AskOptions = { surface, stream, ...(tools === undefined ? {} : { body: { tools } }) };
      const [{ legs: heard, keeper }, alone] = [await keepers({ kinds }), await legsForTest({ kinds })];
      for (const legs of [heard, alone]) legs.local.script(answer(tools === undefined ? plain : meaning));
      const [client, other] = [heard.ask(options), alone.ask(options)];
      await Promise.all([client.ended, other.ended]);
      expect(client.text).toBe(other.text);
      expect(heard.outcomes[0]?.answer).toEqual(alone.outcomes[0]?.answer);
      const words = wordsOf(meaning);
      const parts = tools === undefined ? [] : [{ type: 'tool_call', name: 'weather', arguments: { city: 'Köln 🌧' } }];
      expect(keeper.taken[0]?.answer).toMatchObject([...(words === '' ? [] : said(words)), ...parts]);
    },
  );
});

describe('what is collected', () => {
  test('ends at a length that no answer worth keeping has', () => {
    const collector = new AnswerCollector();
    for (let piece = 0; piece < 200; piece += 1) collector.hear({ type: 'text', text: 'x'.repeat(1_000) });
    expect([collector.isLost, collector.parts()]).toEqual([true, null]);
  });

  test('is nothing when the arguments of a tool are no object', () => {
    const collector = new AnswerCollector();
    collector.hear({ type: 'tool_call', index: 0, id: 'a', name: 'weather' });
    collector.hear({ type: 'tool_arguments', index: 0, text: '{"city": "Bo' });
    expect(collector.parts()).toBeNull();
  });

  test('holds calls side by side apart, and one without arguments as an empty object', () => {
    const collector = new AnswerCollector();
    for (const index of [0, 1, 2]) collector.hear({ type: 'tool_call', index, id: `c${index}`, name: 'n' });
    collector.hear({ type: 'tool_arguments', index: 1, text: '{"b":' });
    collector.hear({ type: 'tool_arguments', index: 0, text: '{"a":1}' });
    collector.hear({ type: 'tool_arguments', index: 1, text: '2}' });
    expect(collector.parts()).toMatchObject([{ arguments: { a: 1 } }, { arguments: { b: 2 } }, { arguments: {} }]);
  });
});
