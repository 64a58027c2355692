import { describe, expect, test } from 'vitest';
import type { RouteTicket } from '../../../src-main/engine/exchange/job.ts';
import type { JsonObject } from '../../../src-main/engine/protocols/json.ts';
import type { FormatName } from '../../../src-main/engine/protocols/chat-request.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import type { Answer } from '../../support/upstreams/answer.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { cutEvery, endingAfter } from '../../support/upstreams/script-changes.ts';
import { legsForTest, type AskOptions, type Legs, type LegsOptions } from './legs-for-test.ts';

const CASCADE = { path: 'cascade' } as const;
const NOTHING = { places: 0, requests: 0 };
const REFUSAL = 'I’m sorry, but I can’t help with that.';
const STRONG = 'A thorough answer.';

const SCHEMA = {
  type: 'object',
  properties: { age: { type: 'integer' } },
  required: ['age'],
  additionalProperties: false,
};
const PLACE = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** The same wish in the words of each surface. */
const JSON_ASKED: Readonly<Partial<Record<FormatName, Record<string, unknown>>>> = {
  'openai-chat': { response_format: { type: 'json_schema', json_schema: { name: 'person', schema: SCHEMA } } },
  'ollama-chat': { format: SCHEMA },
  'anthropic-messages': { output_format: { type: 'json_schema', schema: SCHEMA } },
};
const TOOLS: Readonly<Partial<Record<FormatName, Record<string, unknown>>>> = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'weather', parameters: PLACE } }] },
  'ollama-chat': { tools: [{ type: 'function', function: { name: 'weather', parameters: PLACE } }] },
  'anthropic-messages': { tools: [{ name: 'weather', input_schema: PLACE }] },
};

const SURFACES = ['openai-chat', 'anthropic-messages', 'ollama-chat'] as const;
const STREAMED = [true, false] as const;

interface Case {
  name: string;
  local: Answer;
  /** What the strong model says instead. */
  cloud?: Answer;
  asked?: Readonly<Partial<Record<FormatName, Record<string, unknown>>>>;
}

const GOOD_JSON: Answer = { text: ['{"age"', ': 42}'] };
const GOOD_CALL: Answer = { toolCalls: [{ name: 'weather', arguments: { city: 'Bonn' } }] };

const POOR: readonly Case[] = [
  { name: 'nothing', local: { text: '' } },
  { name: 'thoughts alone', local: { thinking: 'Hm.' } },
  { name: 'half an answer', local: { text: ['It all', ' began'], finish: 'length' } },
  { name: 'a refusal', local: { text: REFUSAL } },
  { name: 'words where JSON was asked for', local: { text: 'Sure!' }, cloud: GOOD_JSON, asked: JSON_ASKED },
  { name: 'fenced JSON', local: { text: '```json\n{"age": 42}\n```' }, cloud: GOOD_JSON, asked: JSON_ASKED },
  { name: 'JSON of another shape', local: { text: '{"age": "old"}' }, cloud: GOOD_JSON, asked: JSON_ASKED },
  {
    name: 'a call of a tool that is not there',
    local: { toolCalls: [{ name: 'climate', arguments: { city: 'Bonn' } }] },
    cloud: GOOD_CALL,
    asked: TOOLS,
  },
  {
    name: 'a call without a required argument',
    local: { toolCalls: [{ name: 'weather', arguments: {} }] },
    cloud: GOOD_CALL,
    asked: TOOLS,
  },
];

const GOOD: readonly Case[] = [
  { name: 'plain text', local: { text: ['All ', 'is ', 'well.'] } },
  { name: 'thoughts and text', local: { thinking: ['Hm', '.'], text: ['Well', '.'] } },
  { name: 'JSON as asked for', local: GOOD_JSON, asked: JSON_ASKED },
  { name: 'a tool call', local: GOOD_CALL, asked: TOOLS },
  {
    name: 'two tool calls',
    local: {
      toolCalls: [
        { name: 'weather', arguments: { city: 'Köln 🌧' } },
        { name: 'weather', arguments: { city: 'Bonn', days: 3 } },
      ],
    },
    asked: TOOLS,
  },
  { name: 'words where a tool could have been called', local: { text: 'No need to ask.' }, asked: TOOLS },
];

function everywhere(cases: readonly Case[]): [string, FormatName, boolean, Case][] {
  return cases.flatMap((each) =>
    SURFACES.flatMap((surface) =>
      STREAMED.map((stream): [string, FormatName, boolean, Case] => [each.name, surface, stream, each]),
    ),
  );
}

async function answered(legs: Legs, options: AskOptions) {
  const client = legs.ask(options);
  await client.ended;
  expect(client.complaints).toEqual([]);
  expect(legs.leftovers()).toEqual(NOTHING);
  return client;
}

describe('a poor local answer', () => {
  test.each(everywhere(POOR))(
    '(%s, %s, streamed: %s) is thrown away for the next one',
    async (_name, surface, stream, each) => {
      const legs = await legsForTest(CASCADE);
      const { text: _text, ...strong } = each.cloud ?? {};
      legs.local.script(answer({ ...each.local, model: 'weak' }));
      legs.cloud.script(answer(each.cloud ?? { ...strong, text: [STRONG] }));
      const client = await answered(legs, { surface, stream, body: each.asked?.[surface] ?? {} });
      const alone = await legsForTest({ path: 'single' });
      alone.choice.candidates = [alone.endpoints[1]];
      alone.cloud.script(answer(each.cloud ?? { text: [STRONG] }));
      const expected = await answered(alone, { surface, stream, body: each.asked?.[surface] ?? {} });
      expect(client.text).toBe(expected.text);
      expect(client.headers).toMatchObject({
        'x-pointsman-path': 'cascade',
        'x-pointsman-model': 'cloud/m',
        'x-pointsman-reason': 'the test says so; then its answer was not good enough',
      });
      expect(legs.records).toHaveLength(1);
      expect(legs.records[0]).toMatchObject({ path: 'cascade', outcome: 'ok', status: 200 });
      expect(legs.records[0]?.attempts).toMatchObject([
        { providerId: 'local', outcome: 'failed', failureCode: 'answer_rejected', status: 200 },
        { providerId: 'cloud', outcome: 'ok', failureCode: null },
      ]);
    },
  );
});

describe('a good local answer', () => {
  test.each(everywhere(GOOD))(
    '(%s, %s, streamed: %s) is passed on byte for byte',
    async (_name, surface, stream, each) => {
      const options = { surface, stream, body: each.asked?.[surface] ?? {} };
      const [held, direct] = [await legsForTest(CASCADE), await legsForTest()];
      held.local.script(answer(each.local));
      direct.local.script(answer(each.local));
      const client = await answered(held, options);
      expect(client.text).toBe((await answered(direct, options)).text);
      expect(client.headers).toMatchObject({ 'x-pointsman-path': 'cascade', 'x-pointsman-model': 'local/m' });
      expect(held.cloud.calls).toHaveLength(0);
      expect(held.records[0]).toMatchObject({ path: 'cascade', outcome: 'ok', attempts: [{ outcome: 'ok' }] });
    },
  );
});

/** Formats that only a server of the same kind speaks: their answers are read on their way, and not translated. */
describe.each(['openai-completions', 'openai-responses', 'openai-chat'] as const)(
  'on %s, passed through',
  (surface) => {
    const NATIVE: LegsOptions = { ...CASCADE, kinds: ['openai', 'openai', 'openai'] };

    test.each(STREAMED)('a refusal is thrown away, streamed: %s', async (stream) => {
      const legs = await legsForTest(NATIVE);
      legs.local.script(cutEvery(7, answer({ text: [REFUSAL.slice(0, 9), REFUSAL.slice(9)] })));
      legs.cloud.script(answer({ text: STRONG }));
      const client = await answered(legs, { surface, stream });
      expect(client.text).toContain(STRONG);
      expect(client.text).not.toContain('help with');
      expect(legs.records[0]?.attempts[0]).toMatchObject({ failureCode: 'answer_rejected' });
    });

    test.each(STREAMED)('a plain answer is taken, streamed: %s', async (stream) => {
      const [held, direct] = [await legsForTest(NATIVE), await legsForTest({ kinds: ['openai', 'openai', 'openai'] })];
      for (const legs of [held, direct]) legs.local.script(answer({ text: ['All', ' is well.'] }));
      const client = await answered(held, { surface, stream });
      expect(client.text).toBe((await answered(direct, { surface, stream })).text);
      expect(held.cloud.calls).toHaveLength(0);
    });
  },
);

describe('a function call on openai-responses, passed through', () => {
  const NATIVE: LegsOptions = { ...CASCADE, kinds: ['openai', 'openai', 'openai'] };
  const body = { tools: [{ type: 'function', name: 'weather', parameters: PLACE }] };
  const call = (args: JsonObject): Answer => ({ toolCalls: [{ name: 'weather', arguments: args }] });

  test.each(STREAMED)('that fits is passed on byte for byte, streamed: %s', async (stream) => {
    const [held, direct] = [await legsForTest(NATIVE), await legsForTest({ kinds: ['openai', 'openai', 'openai'] })];
    for (const legs of [held, direct]) legs.local.script(answer(call({ city: 'Köln' })));
    const options: AskOptions = { surface: 'openai-responses', stream, body };
    expect((await answered(held, options)).text).toBe((await answered(direct, options)).text);
    expect(held.outcomes[0]?.answer).toMatchObject({ empty: false, invalidToolCall: false });
  });

  test.each(STREAMED)('that does not fit is thrown away, streamed: %s', async (stream) => {
    const legs = await legsForTest(NATIVE);
    legs.local.script(answer(call({ town: 'Köln' })));
    legs.cloud.script(answer(call({ city: 'Köln' })));
    await answered(legs, { surface: 'openai-responses', stream, body });
    expect(legs.outcomes[0]?.attempts.map(({ signs }) => signs?.invalidToolCall)).toEqual([true, false]);
  });
});

describe('a local answer that reached the client’s own limit', () => {
  test('is the client’s wish: it is taken', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: 'One, two', finish: 'length', usage: { input: 11, output: 2_000 } }));
    const client = await answered(legs, { body: { max_tokens: 2_000 } });
    expect(client.text).toContain('One, two');
    expect(legs.outcomes[0]?.answer).toMatchObject({ truncated: false });
  });

  test('but was cut before it, is thrown away', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: 'One, two', finish: 'length', usage: { input: 11, output: 700 } }));
    const client = await answered(legs, { body: { max_tokens: 2_000 } });
    expect(client.text).toContain('Hello from upstream.'.slice(0, 5));
    expect(legs.records[0]?.attempts[0]).toMatchObject({ failureCode: 'answer_rejected' });
  });
});

describe('while a local answer is kept back', () => {
  test.each([
    ['openai-chat', /^: keep-alive\n\n: keep-alive\n\ndata: /u],
    [
      'anthropic-messages',
      /^event: message_start\n.*\n\nevent: ping\n.*\n\nevent: ping\n.*\n\nevent: content_block_start/u,
    ],
    ['ollama-chat', /^\{"model"/u],
  ] as const)('a stream on %s is kept alive, and gets one whole answer', async (surface, shape) => {
    const legs = await legsForTest(CASCADE);
    const gate = new Gate();
    legs.local.script(answer({ text: ['All is', gate, ' well.'] }));
    const client = legs.ask({ surface });
    await gate.reached;
    await legs.clock.advance(14_000);
    expect([client.headSent, client.text.includes('All is')]).toEqual([true, false]);
    gate.open();
    await client.ended;
    expect(client.text).toMatch(shape);
    expect(client.text.match(/message_start"/gu)?.length ?? 0).toBe(surface === 'anthropic-messages' ? 1 : 0);
    expect(client.text).toContain('well.');
    expect(client.complaints).toEqual([]);
    expect(legs.records[0]).toMatchObject({ durationMs: 14_000, firstContentMs: 14_000, overheadMs: 0 });
  });

  test('what its own opening told of the input is told at its end, where a heartbeat opened the stream', async () => {
    const legs = await legsForTest({ ...CASCADE, kinds: ['anthropic', 'openai', 'openai'] });
    const gate = new Gate();
    const usage = { input: 11, output: 7, cached: 4 };
    legs.local.script(answer({ text: ['All is', gate, ' well.'], usage }));
    const client = legs.ask({ surface: 'anthropic-messages' });
    await gate.reached;
    await legs.clock.advance(14_000);
    gate.open();
    await client.ended;
    const end = /event: message_delta\ndata: (.+)/u.exec(client.text)?.[1] ?? '{}';
    expect(JSON.parse(end)).toMatchObject({
      usage: { input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 7 },
    });
    expect(client.text.match(/message_start"/gu)).toHaveLength(1);
  });

  test('a client that hangs up ends the call, and nobody else is asked', async () => {
    const legs = await legsForTest(CASCADE);
    const gate = new Gate();
    legs.local.script(answer({ text: ['All is', gate, ' well.'] }));
    const client = legs.ask();
    await gate.reached;
    client.hangUp();
    await (
      await legs.local.call(1)
    ).aborted;
    expect(legs.records[0]).toMatchObject({ outcome: 'cancelled', attempts: [{ outcome: 'cancelled' }] });
    expect(legs.cloud.calls).toHaveLength(0);
    expect(legs.leftovers()).toEqual(NOTHING);
  });

  test('a failure half-way goes to the next candidate: nobody has seen anything', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(endingAfter(2, 'close', answer({ text: ['All', ' is', ' well'] })));
    const client = await answered(legs, {});
    expect(client.text).toContain('Hello');
    expect(client.text).not.toContain('All');
    expect(legs.records[0]?.attempts[0]).toMatchObject({ outcome: 'failed', failureCode: 'upstream_truncated' });
  });

  test('silence in the middle counts as silence: the next candidate is asked', async () => {
    const legs = await legsForTest(CASCADE);
    const gate = new Gate();
    legs.local.script(answer({ text: ['All is', gate, ' well.'] }));
    const client = legs.ask();
    await gate.reached;
    await legs.clock.advance(200_000);
    await client.ended;
    expect(client.text).toContain('Hello');
    expect(legs.records[0]?.attempts[0]).toMatchObject({ failureCode: 'upstream_timeout' });
    expect(legs.records[0]?.attempts[0]?.firstContentMs).not.toBeNull();
  });

  test('more than four megabytes are not kept: from then on it counts as taken', async () => {
    const legs = await legsForTest(CASCADE);
    const piece = 'x'.repeat(1024 * 1024);
    const gate = new Gate();
    legs.local.script(answer({ text: [piece, piece, piece, piece, piece, gate, '!'], finish: 'length' }));
    const client = legs.ask();
    await client.answering;
    expect(client.isEnded).toBe(false);
    gate.open();
    await client.ended;
    expect(client.text.length).toBeGreaterThan(5 * 1024 * 1024);
    expect(legs.records[0]).toMatchObject({ path: 'cascade', attempts: [{ outcome: 'ok' }] });
  });
});

describe('when the local answer is poor', () => {
  test('and the next candidate fails too, the one after that is asked', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: REFUSAL }));
    legs.cloud.script(problem({ status: 503 }));
    const client = await answered(legs, {});
    expect(client.text).toContain('Hello');
    expect(legs.records[0]?.attempts.map(({ failureCode }) => failureCode)).toEqual([
      'answer_rejected',
      'overloaded',
      null,
    ]);
  });

  test('and everybody else fails, the answer names each and its reason', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: REFUSAL }));
    legs.cloud.script(problem({ status: 500 }));
    legs.third.script(problem({ status: 500 }));
    const client = await answered(legs, { stream: false });
    expect(client.status).toBe(502);
    expect(client.text).toContain('All 3 attempts failed. local/m: its answer was thrown away: it refused to do');
    expect(client.text).not.toContain('sorry');
    expect(legs.records[0]).toMatchObject({ outcome: 'failed', path: null });
  });

  test('and there is no money for anybody else, it is better than none', async () => {
    const ticket: RouteTicket = {
      wantsSigns: true,
      admit: ({ track }) => (track === 'cloud' ? 'the month is spent' : null),
      settled: () => ({ decision: null, referenceNanoUsd: null, energyJoules: null }),
    };
    const legs = await legsForTest({ ...CASCADE, ticket });
    legs.local.script(answer({ text: REFUSAL }));
    const client = await answered(legs, {});
    expect(client.text).toContain('sorry');
    expect(legs.records[0]).toMatchObject({ path: 'cascade', outcome: 'ok', attempts: [{ outcome: 'ok' }] });
  });

  test('nothing is counted against its endpoint', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: REFUSAL }));
    for (let count = 0; count < 6; count += 1) await answered(legs, {});
    expect(legs.lanes.of(legs.endpoints[0]).breaker.state).toBe('closed');
  });

  test('it is described to the chooser as it was, and so is the one that was taken', async () => {
    const legs = await legsForTest(CASCADE);
    legs.local.script(answer({ text: REFUSAL }));
    await answered(legs, {});
    const [outcome] = legs.outcomes;
    expect(outcome?.attempts.map(({ signs }) => signs?.refusal)).toEqual([true, false]);
    expect([outcome?.answeredBy?.id, outcome?.answer]).toEqual(['cloud/m', outcome?.attempts[1]?.signs]);
  });
});

test('a cascade with a single candidate passes its answer on as it comes', async () => {
  const legs = await legsForTest(CASCADE);
  legs.choice.candidates = [legs.endpoints[0]];
  const gate = new Gate();
  legs.local.script(answer({ text: ['I’m sorry, ', gate, 'but I can’t help with that.'] }));
  const client = legs.ask();
  await client.answering;
  gate.open();
  await client.ended;
  expect(legs.records[0]).toMatchObject({ path: 'local', outcome: 'ok' });
});

test('a cascade whose first candidate may not be called passes the next answer on as it comes', async () => {
  const ticket: RouteTicket = {
    wantsSigns: true,
    admit: ({ track }) => (track === 'local' ? 'not on battery' : null),
    settled: () => ({ decision: null, referenceNanoUsd: null, energyJoules: null }),
  };
  const legs = await legsForTest({ ...CASCADE, ticket });
  const client = await answered(legs, {});
  expect(client.headers).toMatchObject({ 'x-pointsman-path': 'cloud' });
  expect(legs.records[0]).toMatchObject({ path: 'cloud', attempts: [{ providerId: 'cloud' }] });
});
