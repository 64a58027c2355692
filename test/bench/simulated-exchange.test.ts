import { describe, expect, test } from 'vitest';
import { idOf } from '../../bench/simulation/simulated-model.ts';
import { makeModel, makeSite, makeTask, serve } from './make-site.ts';

const CLOUD = makeModel();
const SPARE = makeModel({ providerId: 'spare', firstTokenMs: 100 });
const LOCAL = makeModel({ track: 'local', firstTokenMs: 200 });
const FAILS = makeModel({ providerId: 'broken', failureShare: 1 });
const LONG_MS = 1e9;

const outcomesOf = ({ result }: ReturnType<typeof serve>) =>
  result.calls.map(({ endpoint, outcome, failureCode }) => [endpoint.id, outcome, failureCode]);

describe('one after the other', () => {
  test('takes the time of the model, and costs what the provider charges', () => {
    const { result, success, isGood } = serve(makeSite([CLOUD]));
    expect([success, isGood, result.answeredBy, result.firstTokenMs]).toEqual([true, true, 'far/m', 500]);
    const [call] = result.calls;
    const tokens = call?.outputTokens ?? NaN;
    expect(call?.costNanoUsd).toBe(1_000 * 1_000 + tokens * 5_000);
    expect(call?.tokensPerSecond).toBeCloseTo((1_000 * tokens) / (result.durationMs - 500));
  });

  test('an answer in one piece comes at its end', () => {
    const task = makeTask({ request: { ...makeTask().request, stream: false } });
    const { result } = serve(makeSite([CLOUD]), { task });
    expect(result.firstTokenMs).toBe(result.durationMs);
    expect(result.durationMs).toBeGreaterThan(500);
  });

  test('a failure goes on to the next, and both are booked', () => {
    const ending = serve(makeSite([FAILS, CLOUD]));
    expect(outcomesOf(ending)).toEqual([
      ['broken/m', 'failed', 'upstream_error'],
      ['far/m', 'ok', null],
    ]);
    expect(ending.result.calls[0]?.costNanoUsd).toBe(0);
    expect(ending.result.firstTokenMs).toBe((ending.result.calls[0]?.durationMs ?? NaN) + 500);
  });

  test('when nobody is left the request fails with the last reason', () => {
    expect(serve(makeSite([FAILS]))).toMatchObject({ success: false, errorType: 'upstream_error', isGood: null });
  });

  test('whom money forbids is not called', () => {
    const admit = ({ providerId }: { providerId: string }) => (providerId === 'far' ? 'no money' : null);
    expect(outcomesOf(serve(makeSite([CLOUD, SPARE]), { plan: { admit } }))).toEqual([['spare/m', 'ok', null]]);
  });

  test('a cold model is loaded first; a warm one answers at once', () => {
    const site = makeSite([LOCAL]);
    expect(serve(site).result.firstTokenMs).toBeGreaterThan(2_000);
    site.runtime.warm(idOf(LOCAL));
    site.clock.runUntil(site.clock.monotonicMs() + 30_000);
    expect(serve(site).result).toMatchObject({ firstTokenMs: 200 });
  });
});

describe('what happens around', () => {
  test('in an outage calls are refused or hang, cost nothing, and open the circuit after five', () => {
    const site = makeSite([CLOUD], { episodes: [{ kind: 'outage', providerId: 'far', fromMs: 0, toMs: LONG_MS }] });
    const codes = new Set<string | null>();
    for (let count = 0; count < 30; count++) {
      const { result } = serve(site, { task: makeTask({ id: `task ${count}` }), plan: { guarded: false } });
      codes.add(result.calls[0]?.failureCode ?? null);
      expect(result.calls[0]?.costNanoUsd).toBe(0);
    }
    expect([...codes].sort()).toEqual(['overloaded', 'upstream_timeout']);
    expect(site.lanes.whyBlocked('far/m')).toBeNull();
    expect(site.lanes.of(site.endpoints[0] ?? expect.fail()).breaker.state).toBe('half_open');
  });

  test('without a network the cloud fails at once', () => {
    const site = makeSite([CLOUD, LOCAL], { episodes: [{ kind: 'offline', fromMs: 0, toMs: LONG_MS }] });
    expect(outcomesOf(serve(site))[0]).toEqual(['far/m', 'failed', 'upstream_unreachable']);
  });

  test('more calls in a minute than the provider takes are turned away, and it is left alone for a while', () => {
    const limited = makeModel({ callsPerMinute: 1, tokensPerSecond: 1e6 });
    const site = makeSite([limited]);
    expect(site.isTooMany('far/m')).toBe(false);
    const ending = serve(site, { plan: {} });
    expect(outcomesOf(ending)).toEqual([['far/m', 'failed', 'rate_limited']]);
  });

  test('slower, dearer and worse endpoints are so by the factor of the episode', () => {
    const change = { kind: 'change', endpointId: 'far/m', fromMs: 0, toMs: LONG_MS } as const;
    const usual = serve(makeSite([CLOUD]));
    const slow = serve(makeSite([CLOUD], { episodes: [{ ...change, slowness: 3, price: 2, quality: 0 }] }));
    expect(slow.result.firstTokenMs).toBe(1_500);
    expect(slow.result.calls[0]?.costNanoUsd).toBe(2 * (usual.result.calls[0]?.costNanoUsd ?? NaN));
    expect([usual.isGood, slow.isGood]).toEqual([true, false]);
  });

  test('battery and heat slow local answers down', () => {
    const site = makeSite([LOCAL], { episodes: [{ kind: 'battery', fromMs: 0, toMs: LONG_MS }] });
    site.runtime.warm(idOf(LOCAL));
    site.clock.runUntil(30_000);
    expect(serve(site).result.firstTokenMs).toBeCloseTo(200 / 0.6);
  });
});

describe('a race', () => {
  const LATE = makeModel({ firstTokenMs: 5_000, msPerPromptToken: 0 });

  test('has no second leg when the first is in time', () => {
    const ending = serve(makeSite([CLOUD, SPARE]), { plan: { path: 'parallel', hedgeAfterMs: 600 } });
    expect([ending.path, ending.result.calls.length]).toEqual(['cloud', 1]);
  });

  test('is won by the first content; the loser is cancelled then, and its prompt is paid for', () => {
    const ending = serve(makeSite([LATE, SPARE]), { plan: { path: 'parallel', hedgeAfterMs: 600 } });
    expect([ending.path, ending.result.answeredBy, ending.result.firstTokenMs]).toEqual(['parallel', 'spare/m', 700]);
    expect(ending.result.calls[0]).toMatchObject({ outcome: 'cancelled', durationMs: 700, costNanoUsd: 1_000_000 });
  });

  test('goes on with the other leg when one fails', () => {
    const plan = { path: 'parallel' as const, hedgeAfterMs: 50 };
    expect(serve(makeSite([FAILS, LATE]), { plan }).result).toMatchObject({ answeredBy: 'far/m', firstTokenMs: 5_050 });
  });
});

describe('a trial', () => {
  test('shows nothing before its end, and is kept when nothing speaks against it', () => {
    const site = makeSite([LOCAL, CLOUD]);
    const ending = serve(site, { plan: { path: 'cascade' } });
    expect([ending.path, ending.result.answeredBy]).toEqual(['cascade', 'ollama/m']);
    expect(ending.result.firstTokenMs).toBe(ending.result.durationMs);
  });

  test('of bad answers those that show it are thrown away, and only those', () => {
    const poor = makeModel({ track: 'local', skill: -10 });
    const site = makeSite([poor, CLOUD]);
    const endings = Array.from({ length: 200 }, (_, count) => {
      const request = { ...makeTask().request, output: { type: 'json' as const } };
      return serve(site, { task: makeTask({ id: `task ${count}`, request }), plan: { path: 'cascade' } });
    });
    const caught = endings.filter(({ result }) => result.calls[0]?.failureCode === 'answer_rejected');
    expect(caught.length / endings.length).toBeGreaterThan(0.4);
    expect(caught.length / endings.length).toBeLessThan(0.65);
    expect(caught.every(({ isGood, result }) => isGood === true && result.answeredBy === 'far/m')).toBe(true);
  });
});

test('who leaves after the first words pays for what was written by then', () => {
  const { success, errorType, result } = serve(makeSite([CLOUD]), { reader: () => 300 });
  expect([success, errorType, result.answeredBy, result.durationMs]).toEqual([false, 'cancelled', 'far/m', 800]);
  // A hundred tokens a second, more or less, for 0.3 s.
  const written = ((result.calls[0]?.costNanoUsd ?? NaN) - 1_000_000) / 5_000;
  expect(written).toBeGreaterThan(20);
  expect(written).toBeLessThan(45);
});

test('the next turn of a conversation is read from the cache for five minutes', () => {
  const { caches } = makeSite([CLOUD]);
  const turn = { conversation: 'c', promptTokens: 5_000 };
  caches.write('far/m', 'cloud', { conversation: 'c', tokens: 3_000, nowMs: 0 });
  const read = (nowMs: number) => caches.read('far/m', 'cloud', { ...turn, nowMs });
  expect([read(300_000), read(300_001)]).toEqual([3_000, 0]);
  expect(caches.read('far/m', 'cloud', { ...turn, conversation: 'other', nowMs: 0 })).toBe(0);
});

test('what is cached need not be read or paid in full', () => {
  const reads = makeModel({ msPerPromptToken: 1 });
  const site = makeSite([reads]);
  site.caches.write('far/m', 'cloud', { conversation: 'c', tokens: 1_500, nowMs: 0 });
  const { result } = serve(site, { task: makeTask({ conversation: 'c', promptTokens: 2_000 }) });
  expect(result.firstTokenMs).toBe(1_000);
  const [call] = result.calls;
  expect(call?.cachedInputTokens).toBe(1_500);
  expect(call?.costNanoUsd).toBe(500 * 1_000 + 1_500 * 100 + (call?.outputTokens ?? NaN) * 5_000);
});
