import { describe, expect, test } from 'vitest';
import { answer } from '../../support/upstreams/answer-script.ts';
import { Gate } from '../../support/upstreams/gate.ts';
import { problem } from '../../support/upstreams/problem.ts';
import { hangingUp, raw } from '../../support/upstreams/script.ts';
import { held } from '../../support/upstreams/script-changes.ts';
import { pairForTest, type Pair } from './pair-for-test.ts';

const FINE = answer({ text: 'fine' });

describe('an endpoint that asked for a pause', () => {
  test('is left out until it is over', async () => {
    const pair = await pairForTest();
    pair.first.script(problem({ status: 429, headers: { 'retry-after': '30' } }), FINE);
    for (let times = 0; times < 3; times += 1) expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(1);
    await pair.clock.advance(29_000);
    expect(await servedBy(pair)).toBe('second/m');
    await pair.clock.advance(1_100);
    expect(await servedBy(pair)).toBe('first/m');
  });

  test('is told with the time that is left when it was named exactly', async () => {
    const pair = await pairForTest();
    pair.first.script(problem({ status: 429, headers: { 'retry-after': '30' } }), FINE);
    const first = await pair.chat({ model: 'first/m' });
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '30']);
    await pair.clock.advance(10_000);
    const second = await pair.chat({ model: 'first/m' });
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '20']);
    expect(await second.text()).toContain('asked for a pause');
    expect(pair.first.calls).toHaveLength(1);
  });

  test.each([
    ['retry-after-ms', '1500', 1_400, 200],
    ['a date', new Date(Date.UTC(2026, 10, 21, 12, 0, 20)).toUTCString(), 19_000, 1_100],
  ])('may say it by %s', async (name, value, tooSoonMs, restMs) => {
    const pair = await pairForTest();
    const header = name === 'a date' ? 'retry-after' : name;
    pair.first.script(problem({ status: 429, headers: { [header]: value } }), FINE);
    await pair.chat();
    await pair.clock.advance(tooSoonMs);
    expect(await servedBy(pair)).toBe('second/m');
    await pair.clock.advance(restMs);
    expect(await servedBy(pair)).toBe('first/m');
  });

  test('is no failure: its circuit stays closed', async () => {
    const pair = await pairForTest();
    pair.first.script(problem({ status: 429, headers: { 'retry-after-ms': '1' } }));
    for (let times = 0; times < 7; times += 1) {
      await (await pair.chat({ model: 'first/m' })).text();
      await pair.clock.advance(10);
    }
    expect(pair.first.calls).toHaveLength(7);
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });
});

describe('a provider that refuses the key', () => {
  test.each([401, 402, 403])('(status %i) is out for every request, and the person is told', async (status) => {
    const pair = await pairForTest();
    pair.first.script(problem({ status }));
    for (let times = 0; times < 3; times += 1) expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(1);
    await pair.clock.advance(3_600_000);
    expect(await servedBy(pair)).toBe('second/m');
    const named = await pair.chat({ model: 'first/m' });
    expect(named.status).toBe(503);
    expect(await named.text()).toContain(`its provider refused our key or account (${status})`);
    expect(await providerState(pair)).toBe('misconfigured');
  });

  test('is back as soon as the key was changed', async () => {
    const pair = await pairForTest({ firstKey: 'sk-new' });
    expect(await servedBy(pair)).toBe('second/m');
    const body = JSON.stringify({ key: 'sk-new' });
    const changed = await pair.engine.control('/control/v1/providers/first/key', { method: 'POST', body });
    expect(await changed.json()).toMatchObject({ ok: true });
    expect(await servedBy(pair)).toBe('first/m');
    expect(pair.first.calls.at(-1)?.headers.authorization).toBe('Bearer sk-new');
  });
});

describe('an endpoint that fails', () => {
  test('five times in a row is out, and is tried again by one request after ten seconds', async () => {
    const pair = await pairForTest();
    pair.first.script(problem({ status: 500 }));
    for (let times = 0; times < 8; times += 1) expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(5);
    expect((await pair.endpoint('first/m')).circuit).toBe('open');
    await pair.clock.advance(9_000);
    expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(5);
    await pair.clock.advance(1_100);
    expect((await pair.endpoint('first/m')).circuit).toBe('half_open');
    pair.first.script(FINE);
    expect(await servedBy(pair)).toBe('first/m');
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });

  test('and fails the try is out for twice as long', async () => {
    const pair = await openCircuit();
    await pair.clock.advance(10_100);
    expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(6);
    await pair.clock.advance(19_000);
    await servedBy(pair);
    expect(pair.first.calls).toHaveLength(6);
    await pair.clock.advance(1_100);
    await servedBy(pair);
    expect(pair.first.calls).toHaveLength(7);
  });

  test('is tried by one request at a time, while the others go elsewhere', async () => {
    const pair = await openCircuit();
    await pair.clock.advance(10_100);
    const gate = new Gate();
    pair.first.script(held(gate, FINE));
    const probe = pair.chat();
    await pair.first.call(6);
    for (let times = 0; times < 3; times += 1) expect(await servedBy(pair)).toBe('second/m');
    expect(pair.first.calls).toHaveLength(6);
    gate.open();
    expect((await probe).headers.get('x-pointsman-model')).toBe('first/m');
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
  });

  test('is tried by one at a time also when a request that failed elsewhere comes by', async () => {
    const pair = await pairForTest();
    pair.second.script(problem({ status: 500 }));
    for (let times = 0; times < 5; times += 1) await pair.chat({ model: 'second/m' });
    await pair.clock.advance(10_100);
    const [elsewhere, probed] = [new Gate(), new Gate()];
    pair.first.script(held(elsewhere, problem({ status: 500 })));
    pair.second.script(held(probed, FINE));
    const passing = pair.chat();
    await pair.first.call(1);
    const probe = pair.chat({ model: 'second/m' });
    await pair.second.call(6);
    elsewhere.open();
    expect((await passing).status).toBe(502);
    expect((await pair.chat({ model: 'second/m' })).status).toBe(503);
    expect(pair.second.calls).toHaveLength(6);
    probed.open();
    expect((await probe).status).toBe(200);
  });

  test('a probe that the client gives up leaves the next request to try', async () => {
    const pair = await openCircuit();
    await pair.clock.advance(10_100);
    const gate = new Gate();
    pair.first.script(held(gate, FINE));
    const abort = new AbortController();
    const probe = pair.chat({ signal: abort.signal });
    const call = await pair.first.call(6);
    abort.abort();
    await expect(probe).rejects.toThrow();
    await call.aborted;
    gate.open();
    expect(await servedBy(pair)).toBe('first/m');
  });

  test('is told with the time of the next try when it was named exactly', async () => {
    const pair = await openCircuit();
    const response = await pair.chat({ model: 'first/m' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await response.text()).toContain('it failed repeatedly; the next try is in 10 s');
  });

  test.each([
    ['by hanging up', hangingUp('reset')],
    ['by sending garbage', raw({ headers: { 'content-type': 'application/json' }, chunks: ['<html>'] })],
    ['by being overloaded', problem({ status: 503 })],
  ])('%s is counted', async (_how, script) => {
    const pair = await pairForTest();
    pair.first.script(script);
    for (let times = 0; times < 5; times += 1) await servedBy(pair);
    expect((await pair.endpoint('first/m')).circuit).toBe('open');
  });

  test('four times and then succeeds starts to count anew', async () => {
    const pair = await pairForTest();
    const bad = problem({ status: 500 });
    pair.first.script(bad, bad, bad, bad, FINE, bad);
    for (let times = 0; times < 9; times += 1) await servedBy(pair);
    expect((await pair.endpoint('first/m')).circuit).toBe('closed');
    await servedBy(pair);
    expect((await pair.endpoint('first/m')).circuit).toBe('open');
  });
});

/** Where the answer came from; '' when there was none. */
async function servedBy(pair: Pair): Promise<string> {
  const response = await pair.chat();
  await response.text();
  return response.ok ? (response.headers.get('x-pointsman-model') ?? '') : '';
}

async function openCircuit(): Promise<Pair> {
  const pair = await pairForTest();
  pair.first.script(problem({ status: 500 }));
  for (let times = 0; times < 5; times += 1) await servedBy(pair);
  return pair;
}

async function providerState(pair: Pair): Promise<string | undefined> {
  const response = await pair.engine.control('/control/v1/providers');
  const { providers } = (await response.json()) as { providers: { id: string; state: string }[] };
  return providers.find(({ id }) => id === 'first')?.state;
}
