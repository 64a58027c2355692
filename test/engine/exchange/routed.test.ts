import { describe, expect, test } from 'vitest';
import type { ExchangeOutcome, RoutePlan, RouteTicket } from '../../../src-main/engine/exchange/job.ts';
import { narrowRoute } from '../../../src-main/engine/exchange/narrow-route.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { held } from '../../support/upstreams/script-changes.ts';
import { silent } from '../../support/upstreams/script.ts';
import { legsForTest } from './legs-for-test.ts';

const NO_MORE = { decision: null, referenceNanoUsd: null, energyJoules: null };

/** Asks a function about every candidate, by its provider. */
function ticketThat(admits: (providerId: string) => string | null): RouteTicket {
  return { wantsSigns: false, admit: ({ providerId }) => admits(providerId), settled: () => NO_MORE };
}

describe('a candidate that may not be called', () => {
  test('is passed over for the next one', async () => {
    const legs = await legsForTest({ ticket: ticketThat((id) => (id === 'local' ? 'not on battery' : null)) });
    const client = legs.ask({ stream: false });
    await client.ended;
    expect(legs.local.calls).toHaveLength(0);
    expect(legs.records[0]).toMatchObject({ outcome: 'ok', path: 'cloud', attempts: [{ providerId: 'cloud' }] });
  });

  test('is told of when all others fail', async () => {
    const legs = await legsForTest({ ticket: ticketThat((id) => (id === 'local' ? null : 'the month is spent')) });
    legs.local.script(problem({ status: 500 }));
    const client = legs.ask({ stream: false });
    await client.ended;
    expect(client.status).toBe(502);
    expect(client.text).toContain(
      'The only attempt failed. local/m: local failed with status 500. cloud/m was not called: the month is spent. third/m',
    );
  });

  test.each([
    ['openai-chat', 403],
    ['anthropic-messages', 403],
    ['ollama-chat', 403],
  ] as const)('and no other either: the request is refused in the words of %s', async (surface, status) => {
    const legs = await legsForTest({ ticket: ticketThat(() => 'the month is spent') });
    const client = legs.ask({ surface, stream: false });
    await client.ended;
    expect([client.status, client.text]).toEqual([
      status,
      expect.stringContaining('cloud/m was not called: the month'),
    ]);
    expect(legs.records[0]).toMatchObject({ outcome: 'failed', failureCode: 'forbidden', path: null, attempts: [] });
    expect(legs.leftovers()).toEqual({ places: 0, requests: 0 });
  });

  test('is asked about right before its call, and only then', async () => {
    const asked: string[] = [];
    const ticket = ticketThat((id) => {
      asked.push(id);
      return null;
    });
    const legs = await legsForTest({ ticket });
    const gate = new Gate();
    legs.local.script(held(gate, problem({ status: 500 })));
    const client = legs.ask();
    await legs.local.call(1);
    expect(asked).toEqual(['local']);
    gate.open();
    await client.ended;
    expect(asked).toEqual(['local', 'cloud']);
  });
});

describe('a chooser that stumbles', () => {
  const stumbling: RouteTicket = {
    wantsSigns: true,
    admit() {
      throw new Error('a defect');
    },
    settled() {
      throw new Error('a defect');
    },
  };

  test('costs no request on this machine', async () => {
    const legs = await legsForTest({ ticket: stumbling });
    const client = legs.ask();
    await client.ended;
    expect(legs.records[0]).toMatchObject({ outcome: 'ok', path: 'local', ...NO_MORE });
    expect(legs.log.text).toContain('whether a call may be made could not be found out');
    expect(legs.log.text).toContain('a routed request could not be learned from');
  });

  test('lets no call go out that costs money', async () => {
    const legs = await legsForTest({ ticket: stumbling });
    legs.local.script(problem({ status: 500 }));
    const client = legs.ask();
    await client.ended;
    expect(client.status).toBe(502);
    expect([legs.cloud.calls.length, legs.third.calls.length]).toEqual([0, 0]);
  });
});

describe('when a routed request is over', () => {
  test('what the chooser adds stands in its record', async () => {
    const legs = await legsForTest();
    await legs.ask().ended;
    expect(legs.records[0]).toMatchObject({ decision: null, referenceNanoUsd: 4_000, energyJoules: 2.5 });
  });

  test('without a chooser nothing is added', async () => {
    const legs = await legsForTest({ ticket: null });
    await legs.ask().ended;
    expect(legs.records[0]).toMatchObject(NO_MORE);
  });

  test('the chooser learns of each call what it took, apart from the wait for a place', async () => {
    const legs = await legsForTest({ concurrency: 1 });
    const [occupied, started, going] = [new Gate(), new Gate(), new Gate()];
    const script = answer({ text: ['One', going, ' two'], usage: { input: 11, output: 41 } });
    legs.local.script(held(occupied, answer({ text: 'x' })), held(started, script));
    const occupant = legs.ask();
    await legs.local.call(1);
    const client = legs.ask();
    await legs.clock.advance(3_000);
    occupied.open();
    await occupant.ended;
    await legs.local.call(2);
    await legs.clock.advance(500);
    started.open();
    await client.answering;
    await legs.clock.advance(2_000);
    going.open();
    await client.ended;
    expect(legs.outcomes[1]?.attempts).toMatchObject([
      { queueMs: 3_000, firstTokenMs: 500, callMs: 2_500, tokensPerSecond: 20, booked: { outcome: 'ok' } },
    ]);
    expect(legs.outcomes[1]?.answeredBy?.id).toBe('local/m');
    expect(legs.outcomes[1]?.answer).toEqual({
      empty: false,
      truncated: false,
      refusal: false,
      invalidJson: null,
      invalidToolCall: null,
    });
  });

  test('the chooser learns which calls had this machine to themselves from their beginning to their end', async () => {
    const legs = await legsForTest();
    const [first, second] = [new Gate(), new Gate()];
    const script = answer({ text: 'x' });
    legs.local.script(held(first, script), held(second, script), script);
    const one = legs.ask();
    await legs.local.call(1);
    await legs.clock.advance(1);
    const other = legs.ask();
    await legs.local.call(2);
    await legs.clock.advance(1);
    first.open();
    await one.ended;
    await legs.clock.advance(1);
    second.open();
    await other.ended;
    await legs.clock.advance(1);
    await legs.ask().ended;
    expect(legs.outcomes.map(({ attempts }) => attempts[0]?.ranAlone)).toEqual([false, false, true]);
  });

  test('calls to the cloud take nothing from this machine', async () => {
    const legs = await legsForTest();
    const [slow, quick] = [new Gate(), new Gate()];
    legs.choice.candidates = [legs.endpoints[1]];
    legs.cloud.script(held(slow, answer({ text: 'x' })));
    const inTheCloud = legs.ask();
    await legs.cloud.call(1);
    legs.choice.candidates = [legs.endpoints[0]];
    legs.local.script(held(quick, answer({ text: 'x' })));
    const here = legs.ask();
    await legs.local.call(1);
    quick.open();
    await here.ended;
    slow.open();
    await inTheCloud.ended;
    expect(legs.outcomes[0]?.attempts[0]).toMatchObject({ endpoint: { id: 'local/m' }, ranAlone: true });
  });

  test('a chooser that does not ask what answers were like is not told', async () => {
    const outcomes: ExchangeOutcome[] = [];
    const ticket: RouteTicket = {
      wantsSigns: false,
      admit: () => null,
      settled(outcome) {
        outcomes.push(outcome);
        return NO_MORE;
      },
    };
    const legs = await legsForTest({ ticket });
    await legs.ask().ended;
    expect(outcomes).toMatchObject([{ answeredBy: { id: 'local/m' }, answer: null, attempts: [{ signs: null }] }]);
  });

  test('a call that never began has no times, and one that failed has no signs', async () => {
    const legs = await legsForTest();
    legs.local.script(problem({ status: 500 }));
    await legs.ask({ stream: false }).ended;
    expect(legs.outcomes[0]?.attempts).toMatchObject([
      { endpoint: { id: 'local/m' }, firstTokenMs: null, tokensPerSecond: null, signs: null },
      { endpoint: { id: 'cloud/m' }, firstTokenMs: 0, tokensPerSecond: null, signs: { refusal: false } },
    ]);
  });

  test('because its client hung up, nobody answered', async () => {
    const legs = await legsForTest();
    legs.local.script(silent());
    const client = legs.ask();
    await legs.local.call(1);
    client.hangUp();
    expect(legs.outcomes).toMatchObject([{ answeredBy: null, answer: null, record: { outcome: 'cancelled' } }]);
  });
});

test('a route that loses its first candidate before it begins keeps the limits of the others, and no path of its own', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((providerId) => makeEndpoint({ providerId }));
  if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
  const limits = [1, 2, 3].map((ms) => ({ firstContentMs: ms, betweenContentMs: ms }));
  const plan: RoutePlan = {
    path: 'cascade',
    candidates: [first, second, third],
    limits,
    hedgeAfterMs: null,
    warm: null,
    reason: 'the test says so',
    ticket: null,
  };
  expect(narrowRoute(plan, [second, third])).toMatchObject({ path: 'single', limits: limits.slice(1) });
  expect(narrowRoute(plan, [first, third])).toMatchObject({ path: 'cascade', limits: [limits[0], limits[2]] });
  expect(narrowRoute(plan, [first, second, third])).toBe(plan);
});

test('each candidate has its own time limits', async () => {
  const limit = { firstContentMs: 1_000, betweenContentMs: 5_000 };
  const legs = await legsForTest({ limits: [limit, { ...limit, firstContentMs: 3_000 }, limit] });
  legs.local.script(silent());
  legs.cloud.script(silent());
  const client = legs.ask();
  const first = await legs.local.call(1);
  await legs.clock.advance(1_200);
  await first.aborted;
  const second = await legs.cloud.call(1);
  await legs.clock.advance(2_000);
  expect(second.isAborted).toBe(false);
  await legs.clock.advance(1_200);
  await client.ended;
  expect(legs.records[0]?.attempts.map(({ failureCode }) => failureCode)).toEqual([
    'upstream_timeout',
    'upstream_timeout',
    null,
  ]);
});

test('a model that is to be warm next time is loaded beside the call', async () => {
  const legs = await legsForTest();
  legs.choice.warm = legs.endpoints[0];
  legs.choice.candidates = [legs.endpoints[1]];
  await legs.ask().ended;
  expect(legs.warmed).toEqual(['local/m']);
});
