import { describe, expect, test } from 'vitest';
import type { RouteTicket } from '../../../src-main/engine/exchange/job.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { silent } from '../../support/upstreams/script.ts';
import { endingAfter, held } from '../../support/upstreams/script-changes.ts';
import { legsForTest, type AskOptions, type Legs } from './legs-for-test.ts';

const HEDGED = { path: 'parallel', hedgeAfterMs: 400 } as const;
const NOTHING = { places: 0, requests: 0 };
const SURFACES = ['openai-chat', 'anthropic-messages', 'ollama-chat'] as const;

function attempts(legs: Legs): unknown[] {
  return (legs.records[0]?.attempts ?? []).map(({ providerId, outcome, failureCode }) => [
    providerId,
    outcome,
    failureCode,
  ]);
}

/** A request whose first leg has said nothing, and whose second leg has just been called. */
async function raced(legs: Legs, options?: AskOptions) {
  const client = legs.ask(options);
  const first = await legs.local.call(1);
  await legs.clock.advance(400);
  const second = await legs.cloud.call(1);
  return { client, first, second };
}

describe('the second leg of a hedged request', () => {
  test('is not called when the first one delivers in time', async () => {
    const legs = await legsForTest(HEDGED);
    const client = legs.ask();
    await client.ended;
    await legs.clock.advance(1_000);
    expect([legs.local.calls.length, legs.cloud.calls.length]).toEqual([1, 0]);
    expect(legs.records[0]).toMatchObject({ path: 'local', outcome: 'ok' });
    expect(client.headers).toMatchObject({ 'x-pointsman-path': 'local', 'x-pointsman-reason': 'the test says so' });
  });

  test('starts when the hedge delay is over, and not before', async () => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    const client = legs.ask();
    await legs.local.call(1);
    await legs.clock.advance(399);
    expect(legs.leftovers().places).toBe(1);
    await legs.clock.advance(1);
    expect(legs.leftovers().places).toBe(2);
    await client.ended;
    expect(legs.records[0]?.attempts.map(({ startedMs }) => startedMs)).toEqual([0, 400]);
  });

  test('starts at once when the first one fails before', async () => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(problem({ status: 500 }));
    const client = legs.ask();
    await client.ended;
    expect(client.text).toContain('Hello');
    expect(legs.records[0]).toMatchObject({ path: 'cloud', durationMs: 0 });
    await legs.clock.advance(1_000);
    expect(legs.third.calls).toHaveLength(0);
  });

  test('starts while the first one waits for a place', async () => {
    const legs = await legsForTest({ ...HEDGED, concurrency: 1 });
    const gate = new Gate();
    legs.local.script(held(gate, answer({ text: 'slow' })));
    legs.choice.path = 'single';
    const occupant = legs.ask();
    await legs.local.call(1);
    legs.choice.path = 'parallel';
    const client = legs.ask();
    await legs.clock.advance(400);
    await client.ended;
    expect(client.text).toContain('Hello');
    expect(legs.records[0]?.attempts.map(({ outcome, costNanoUsd }) => [outcome, costNanoUsd])).toEqual([
      ['cancelled', 0],
      ['ok', 7],
    ]);
    expect(legs.lanes.of(legs.endpoints[0]).queue.waiting).toBe(0);
    gate.open();
    await occupant.ended;
    expect(legs.leftovers()).toEqual(NOTHING);
    expect(legs.local.calls).toHaveLength(1);
  });

  test('is never started without a hedge delay', async () => {
    const legs = await legsForTest({ path: 'parallel', hedgeAfterMs: null });
    const gate = new Gate();
    legs.local.script(held(gate, answer({ text: 'late' })));
    const client = legs.ask();
    await legs.local.call(1);
    await legs.clock.advance(60_000);
    gate.open();
    await client.ended;
    expect(attempts(legs)).toEqual([['local', 'ok', null]]);
  });

  test('is the next candidate that may be called', async () => {
    const ticket: RouteTicket = {
      wantsSigns: true,
      admit: ({ id }) => (id === 'cloud/m' ? 'the month is spent' : null),
      settled: () => ({ decision: null, referenceNanoUsd: null, energyJoules: null }),
    };
    const legs = await legsForTest({ ...HEDGED, ticket });
    legs.local.script(silent());
    const client = legs.ask();
    await legs.local.call(1);
    await legs.clock.advance(400);
    await client.ended;
    expect(attempts(legs)).toEqual([
      ['local', 'cancelled', null],
      ['third', 'ok', null],
    ]);
  });
});

describe('the race', () => {
  test.each(SURFACES)('is won by the leg whose content comes first, streamed on the surface %s', async (surface) => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    const { client, first } = await raced(legs, { surface });
    await client.ended;
    await first.aborted;
    expect(client.complaints).toEqual([]);
    expect(client.text).toContain('Hello');
    expect(client.headers).toMatchObject({ 'x-pointsman-path': 'parallel', 'x-pointsman-model': 'cloud/m' });
    expect(legs.records[0]).toMatchObject({ path: 'parallel', outcome: 'ok', status: 200 });
    expect(attempts(legs)).toEqual([
      ['local', 'cancelled', null],
      ['cloud', 'ok', null],
    ]);
    expect(legs.leftovers()).toEqual(NOTHING);
  });

  test('is won by the first leg when it still comes first', async () => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(held(gate, answer({ text: ['late', ' but first'] })));
    legs.cloud.script(silent());
    const { client, second } = await raced(legs);
    gate.open();
    await second.aborted;
    await client.ended;
    expect(client.text).toContain('but first');
    expect(client.headers).toMatchObject({
      'x-pointsman-path': 'parallel',
      'x-pointsman-model': 'local/m',
      'x-pointsman-reason': 'the test says so',
    });
    expect(attempts(legs)).toEqual([
      ['local', 'ok', null],
      ['cloud', 'cancelled', null],
    ]);
  });

  test('is not won by a leg that has said who speaks, but no word yet', async () => {
    const legs = await legsForTest({ ...HEDGED, kinds: ['openai', 'openai', 'openai'] });
    const gate = new Gate();
    legs.local.script(answer({ text: [gate, 'too late'] }));
    const { client, first } = await raced(legs);
    await client.ended;
    await first.aborted;
    expect(client.text).toContain('Hello');
    expect(client.text).not.toContain('too late');
    expect(legs.records[0]?.attempts.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('is decided at the first content, not at the end', async () => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(silent());
    legs.cloud.script(answer({ text: ['one', gate, ' two'] }));
    const { client, first } = await raced(legs);
    await client.answering;
    await first.aborted;
    expect([client.text.includes('one'), client.isEnded]).toEqual([true, false]);
    expect(legs.lanes.of(legs.endpoints[0]).queue.active).toBe(0);
    gate.open();
    await client.ended;
  });

  test.each(SURFACES)('is won by the first whole answer where nothing is streamed, on %s', async (surface) => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    const { client, first } = await raced(legs, { surface, stream: false });
    await client.ended;
    await first.aborted;
    expect(client.complaints).toEqual([]);
    expect(client.headers).toMatchObject({ 'x-pointsman-path': 'parallel', 'content-type': 'application/json' });
    expect(JSON.parse(client.text)).toBeTypeOf('object');
    expect(legs.leftovers()).toEqual(NOTHING);
  });

  test('books a loser with the tokens that it had told', async () => {
    const legs = await legsForTest({ ...HEDGED, kinds: ['openai', 'anthropic', 'openai'] });
    const gate = new Gate();
    const lost = new Gate();
    legs.local.script(held(gate, answer({ text: ['first', lost, ' leg'] })));
    legs.cloud.script(answer({ text: [lost, 'second'] }));
    const { client } = await raced(legs);
    await lost.reached;
    gate.open();
    await client.answering;
    lost.open();
    await client.ended;
    const [, loser] = legs.records[0]?.attempts ?? [];
    expect(loser).toMatchObject({ outcome: 'cancelled', usage: { inputTokens: 11 }, usageEstimated: false });
  });

  test('books the prompt of a loser that had told nothing, as an estimate', async () => {
    const legs = await legsForTest({ ...HEDGED, kinds: ['openai', 'openai', 'openai'] });
    const gate = new Gate();
    legs.local.script(held(gate, answer({ text: 'first' })));
    legs.cloud.script(silent());
    const { client } = await raced(legs);
    gate.open();
    await client.ended;
    const [, loser] = legs.records[0]?.attempts ?? [];
    expect(loser).toMatchObject({
      outcome: 'cancelled',
      usage: { outputTokens: 0 },
      usageEstimated: true,
      costNanoUsd: 0,
    });
    expect(loser?.usage.inputTokens).toBeGreaterThan(0);
  });

  test('tells nothing against the endpoint that lost', async () => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    for (let count = 1; count <= 6; count += 1) {
      const client = legs.ask();
      await legs.local.call(count);
      await legs.clock.advance(400);
      await client.ended;
    }
    expect(legs.lanes.of(legs.endpoints[0]).breaker.state).toBe('closed');
    expect(legs.log.text).not.toContain('an attempt failed');
  });

  test('gives a probe back when the probing leg loses', async () => {
    const legs = await legsForTest(HEDGED);
    const lane = legs.lanes.of(legs.endpoints[0]);
    for (let count = 0; count < 5; count += 1) legs.lanes.failed(lane, 'call');
    await legs.clock.advance(10_000);
    legs.local.script(silent());
    const { client } = await raced(legs);
    await client.ended;
    expect([lane.breaker.state, lane.breaker.mayEnter]).toEqual(['half_open', true]);
  });
});

describe('when a leg fails before anybody has delivered', () => {
  test.each([
    ['an overload', problem({ status: 503 })],
    ['a request that it does not take', problem({ status: 400 })],
    ['a stream that breaks off', endingAfter(0, 'close', answer({ text: 'x' }))],
  ])('with %s, the other one goes on', async (_name, script) => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(held(gate, answer({ text: 'steady' })));
    legs.cloud.script(script);
    const { client, second } = await raced(legs);
    await second.ended;
    gate.open();
    await client.ended;
    expect(client.text).toContain('steady');
    expect(legs.records[0]).toMatchObject({ path: 'parallel', outcome: 'ok' });
    expect(legs.third.calls).toHaveLength(0);
    expect(legs.leftovers()).toEqual(NOTHING);
  });

  test('and then the other one too, the remaining candidates are tried', async () => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(held(gate, problem({ status: 500 })));
    legs.cloud.script(problem({ status: 503 }));
    const { client, second } = await raced(legs);
    await second.ended;
    gate.open();
    await client.ended;
    expect(client.text).toContain('Hello');
    expect(attempts(legs)).toEqual([
      ['local', 'failed', 'upstream_error'],
      ['cloud', 'failed', 'overloaded'],
      ['third', 'ok', null],
    ]);
  });

  test('and every other one too, the answer names them all', async () => {
    const legs = await legsForTest(HEDGED);
    for (const upstream of [legs.local, legs.cloud, legs.third]) upstream.script(problem({ status: 500 }));
    const client = legs.ask({ stream: false });
    await client.ended;
    expect(client.status).toBe(502);
    expect(client.text).toMatch(/All 3 attempts failed\. local\/m: .* cloud\/m: .* third\/m: /u);
    expect(legs.records[0]).toMatchObject({ path: null, outcome: 'failed', failureCode: 'upstream_error' });
    expect(legs.leftovers()).toEqual(NOTHING);
  });

  test('because the request is at fault, and the other one fails as well, the client hears of its own error', async () => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(held(gate, problem({ status: 500 })));
    legs.cloud.script(problem({ status: 400, message: 'temperature is too hot' }));
    const { client, second } = await raced(legs, { stream: false });
    await second.ended;
    gate.open();
    await client.ended;
    expect([client.status, client.text]).toEqual([400, expect.stringContaining('temperature is too hot')]);
    expect(legs.third.calls).toHaveLength(0);
  });
});

describe('a client of a hedged request', () => {
  test('that hangs up ends both legs', async () => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    legs.cloud.script(silent());
    const { client, first, second } = await raced(legs);
    client.hangUp();
    await Promise.all([first.aborted, second.aborted]);
    expect(legs.records).toHaveLength(1);
    expect(legs.records[0]).toMatchObject({ status: 499, outcome: 'cancelled', path: null });
    expect(attempts(legs)).toEqual([
      ['local', 'cancelled', null],
      ['cloud', 'cancelled', null],
    ]);
    expect(legs.leftovers()).toEqual(NOTHING);
    await legs.clock.advance(500_000);
    expect(legs.records).toHaveLength(1);
  });

  test('that hangs up before the hedge delay is over, calls nobody else', async () => {
    const legs = await legsForTest(HEDGED);
    legs.local.script(silent());
    const client = legs.ask();
    await legs.local.call(1);
    client.hangUp();
    await legs.clock.advance(1_000);
    expect(attempts(legs)).toEqual([['local', 'cancelled', null]]);
  });

  test('that reads nothing for a while holds up the winner only, and loses nothing', async () => {
    const legs = await legsForTest(HEDGED);
    const gate = new Gate();
    legs.local.script(silent());
    legs.cloud.script(answer({ text: ['one', gate, ' two', ' three'] }));
    const { client } = await raced(legs);
    await client.answering;
    client.takesMore = false;
    gate.open();
    await legs.clock.advance(1_000);
    client.drain();
    await client.ended;
    expect(client.text).toContain('three');
    expect(client.complaints).toEqual([]);
  });

  test('is told in time when both legs are too slow', async () => {
    const limit = { firstContentMs: 2_000, betweenContentMs: 1_000 };
    const legs = await legsForTest({ ...HEDGED, limits: [limit, { ...limit, firstContentMs: 1_000 }, limit] });
    legs.local.script(silent());
    legs.cloud.script(silent());
    legs.third.script(problem({ status: 500 }));
    const { client } = await raced(legs, { stream: false });
    await legs.clock.advance(1_200);
    expect(legs.leftovers().places).toBe(1);
    await legs.clock.advance(1_000);
    await client.ended;
    expect(attempts(legs)).toEqual([
      ['local', 'failed', 'upstream_timeout'],
      ['cloud', 'failed', 'upstream_timeout'],
      ['third', 'failed', 'upstream_error'],
    ]);
  });
});
