import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../support/manual-clock.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { Gate } from '../../../support/upstreams/gate.ts';
import { hangingUp, raw, silent } from '../../../support/upstreams/script.ts';
import { problem } from '../../../support/upstreams/problem.ts';
import { question } from './calling-bench.ts';
import { CLOUD, LOCAL, startCallingTwo } from './two-upstreams.ts';

describe('a unit that has to stop', () => {
  test.each([LOCAL, CLOUD])('closes its call to %s at once, without any time passing', async (id) => {
    const clock = new ManualClock();
    const bench = await startCallingTwo({ clock });
    const upstream = id === LOCAL ? bench.local : bench.cloud;
    const gate = new Gate();
    upstream.script(answer({ text: ['Hello', gate, ' there.'] }));
    const asked = bench.ask(id);
    const request = await upstream.call(1);
    await gate.reached;
    const beganMs = clock.monotonicMs();
    bench.unit.abort();
    expect(await asked).toEqual({ kind: 'stopped' });
    await request.aborted;
    expect(clock.monotonicMs() - beganMs).toBe(0);
  });

  test('has booked what it had so far', async () => {
    const bench = await startCallingTwo();
    const gate = new Gate();
    bench.cloud.script(answer({ text: ['Hello', gate, ' there.'] }));
    const asked = bench.ask(CLOUD);
    await gate.reached;
    await expect.poll(() => bench.cloud.calls[0]?.sentBytes).toBeGreaterThan(0);
    bench.unit.abort();
    await asked;
    expect(bench.booked).toMatchObject([{ outcome: 'cancelled', status: 499, attempts: [{ usageEstimated: true }] }]);
    expect(bench.callers.money().todayNanoUsd).toBeGreaterThan(0);
    expect(bench.lanes.of(bench.endpoint(CLOUD)).queue.active).toBe(0);
  });

  test('asks nobody any more', async () => {
    const bench = await startCallingTwo();
    bench.unit.abort();
    expect(await bench.ask(LOCAL)).toEqual({ kind: 'stopped' });
    expect(bench.local.calls).toHaveLength(0);
  });

  test('stops those that wait for their turn, too', async () => {
    const bench = await startCallingTwo();
    bench.local.script(silent());
    const all = [bench.ask(LOCAL), bench.ask(LOCAL), bench.ask(LOCAL)];
    await bench.local.call(1);
    bench.unit.abort();
    expect(await Promise.all(all)).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }, { kind: 'stopped' }]);
    expect(bench.local.calls).toHaveLength(1);
  });
});

describe('beside the person’s requests', () => {
  test('a call to a local model takes no place of theirs', async () => {
    const bench = await startCallingTwo();
    bench.local.script(silent());
    const asked = bench.ask(LOCAL);
    await bench.local.call(1);
    const lane = bench.lanes.of(bench.endpoint(LOCAL));
    expect([lane.queue.active, lane.queue.tryEnter(), bench.lanes.activity().local]).toEqual([0, true, 0]);
    bench.unit.abort();
    await asked;
  });

  test('a local model that they use is not asked', async () => {
    const bench = await startCallingTwo();
    bench.lanes.of(bench.endpoint(LOCAL)).queue.tryEnter();
    expect(await bench.ask(LOCAL)).toEqual({
      kind: 'failed',
      willPass: true,
      sentence: `${LOCAL} was not asked: your own requests use it.`,
    });
  });

  test('a call of theirs does not count as having run alone', async () => {
    const bench = await startCallingTwo();
    const { calls } = bench.lanes.of(bench.endpoint(LOCAL));
    bench.local.script(silent());
    const asked = bench.ask(LOCAL);
    await bench.local.call(1);
    calls.begin();
    expect(calls.end({ sentMs: 0, nowMs: 5 })).toBe(false);
    bench.unit.abort();
    await asked;
    calls.begin();
    expect(calls.end({ sentMs: 1, nowMs: 5 })).toBe(true);
  });

  test('one call at a time goes to each model', async () => {
    const bench = await startCallingTwo();
    const gate = new Gate();
    bench.local.script(answer({ text: ['One', gate] }), answer({ text: 'Two' }));
    const first = bench.ask(LOCAL);
    const second = bench.ask(LOCAL);
    await gate.reached;
    expect(bench.local.calls).toHaveLength(1);
    gate.open();
    expect([await first, await second]).toMatchObject([{ parts: [{ text: 'One' }] }, { parts: [{ text: 'Two' }] }]);
  });
});

describe('a call that goes wrong', () => {
  test('says so in a sentence without the server’s words, and whether trying again can help', async () => {
    const bench = await startCallingTwo();
    bench.local.script(problem({ status: 404, message: 'model not found: my secret prompt' }));
    expect(await bench.ask(LOCAL)).toEqual({
      kind: 'failed',
      willPass: false,
      sentence: 'Ollama does not have this model any more (status 404).',
    });
    bench.local.script(problem({ status: 503, message: 'server busy' }));
    expect(await bench.ask(LOCAL)).toMatchObject({ kind: 'failed', willPass: true });
    expect(bench.booked.map(({ outcome, attempts }) => [outcome, attempts[0]?.costNanoUsd])).toEqual([
      ['failed', 0],
      ['failed', 0],
    ]);
  });

  test.each([
    ['hangs up', hangingUp()],
    [
      'ends too early',
      raw({ headers: { 'content-type': 'application/x-ndjson' }, chunks: ['{"message":{"content":"a"}}\n'] }),
    ],
    ['says something else', raw({ chunks: ['<html>'] })],
  ])('because the server %s can be tried again', async (_name, script) => {
    const bench = await startCallingTwo();
    bench.local.script(script);
    expect(await bench.ask(LOCAL)).toMatchObject({ kind: 'failed', willPass: true });
  });

  test('because it takes too long ends at its time limit', async () => {
    const clock = new ManualClock();
    const bench = await startCallingTwo({ clock });
    bench.local.script(silent());
    const asked = bench.ask(LOCAL, { timeoutMs: 5_000 });
    const request = await bench.local.call(1);
    await clock.advance(5_000);
    expect(await asked).toEqual({ kind: 'failed', willPass: true, sentence: 'Ollama did not answer within 5 s.' });
    await request.aborted;
  });

  test('does not close the lane that the person’s requests take', async () => {
    const bench = await startCallingTwo();
    bench.local.script(problem({ status: 500, message: 'no' }));
    for (let tries = 0; tries < 8; tries += 1) await bench.ask(LOCAL);
    expect(bench.lanes.whyBlocked(LOCAL)).toBeNull();
  });

  test('because the model has gone says that it is not there', async () => {
    const bench = await startCallingTwo();
    const gone = { ...bench.endpoint(LOCAL), id: 'ollama/gone:1b', model: 'gone:1b' };
    expect(await bench.caller.ask(question(gone))).toEqual({
      kind: 'failed',
      willPass: false,
      sentence: 'ollama/gone:1b is not there any more.',
    });
  });
});
