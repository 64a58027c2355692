import { describe, expect, test } from 'vitest';
import { BACKGROUND_APP } from '../../../../src-main/engine/jobs/calls/background-app.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { answer } from '../../../support/upstreams/answer-script.ts';
import { question } from './calling-bench.ts';
import { CLOUD, LOCAL, startCallingTwo } from './two-upstreams.ts';

/** 20 tokens at a dollar and 10 at twenty dollars a million, in nano-dollars. */
const COST = 20 * 1_000 + 10 * 20_000;

describe('a call of background work that costs money', () => {
  test('is booked in the ledger under its own app, with tokens and price', async () => {
    const bench = await startCallingTwo();
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'answered', costNanoUsd: COST });
    expect(bench.booked).toMatchObject([
      {
        app: BACKGROUND_APP,
        requestedModel: CLOUD,
        outcome: 'ok',
        path: 'cloud',
        reason: 'background work: shadow-evaluation',
        decision: null,
        referenceNanoUsd: null,
        attempts: [{ providerId: 'up', costNanoUsd: COST, usage: { inputTokens: 20, outputTokens: 10 } }],
      },
    ]);
    expect(bench.store.reader.requests({ limit: 10 }).requests).toHaveLength(1);
    expect(bench.callers.money()).toEqual({ todayNanoUsd: COST, dayLimitNanoUsd: 1e9 });
    expect(bench.meter.read()).toMatchObject({ nanoUsd: COST, cloudTokens: 30, localTokens: 0, energyJoules: 0 });
  });

  test('is refused when background work may spend nothing, which is the default', async () => {
    const bench = await startCallingTwo({ settings: { background: {} } });
    expect(await bench.ask(CLOUD)).toEqual({
      kind: 'refused',
      sentence: 'Background work may spend nothing (background.usdPerDay is 0), and this model costs money.',
    });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('is refused when it could take the day over its limit, and again the day after it is not', async () => {
    const clock = new ManualClock();
    // The ceiling of a call is some 2,040,000 nano-dollars: its limit of 100 tokens, and the prompt.
    const bench = await startCallingTwo({ clock, settings: { background: { usdPerDay: 0.0022 } } });
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'answered' });
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'refused' });
    await clock.advance(24 * 3_600_000);
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'answered' });
    expect(bench.cloud.calls).toHaveLength(2);
  });

  test('is held against the day after a restart, too', async () => {
    const bench = await startCallingTwo({ settings: { background: { usdPerDay: 0.0022 } } });
    await bench.ask(CLOUD);
    const again = bench.restarted();
    expect(again.money().todayNanoUsd).toBe(COST);
    const run = { id: 'two', job: 'shadow-evaluation', trigger: 'schedule', createdAtMs: 0 } as const;
    const caller = again.forUnit({ run, signal: new AbortController().signal, meter: bench.meter });
    expect(await caller.ask(question(bench.endpoint(CLOUD)))).toMatchObject({ kind: 'refused' });
  });

  test('is refused over what the job may spend on it', async () => {
    const bench = await startCallingTwo();
    const refused = await bench.ask(CLOUD, { mostNanoUsd: 1_000_000 });
    expect(refused).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('the job may spend $0.001') as string,
    });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('is refused when nobody knows its price, whatever the settings say of unknown prices', async () => {
    const bench = await startCallingTwo({ settings: { prices: {}, budgets: { unknownPrices: 'allow' } } });
    expect(await bench.ask(CLOUD)).toEqual({
      kind: 'refused',
      sentence: `Nobody knows the price of ${CLOUD}: background work does not pay it.`,
    });
  });

  test('is refused when a budget of the person’s has no room for it, and nothing stays held', async () => {
    const bench = await startCallingTwo({ settings: { budgets: { providers: { up: { dayUsd: 0.001 } } } } });
    expect(await bench.ask(CLOUD)).toMatchObject({
      kind: 'refused',
      sentence: expect.stringContaining('the budget of $0.001 a day for Up') as string,
    });
    expect(bench.budgets.status()).toMatchObject([{ reservedNanoUsd: 0, callsUnderWay: 0, spentNanoUsd: 0 }]);
    expect(bench.callers.money().todayNanoUsd).toBe(0);
  });

  test('takes its cost from the person’s budgets', async () => {
    const bench = await startCallingTwo({ settings: { budgets: { total: { dayUsd: 1 } } } });
    await bench.ask(CLOUD);
    expect(bench.budgets.status()).toMatchObject([{ spentNanoUsd: COST, reservedNanoUsd: 0 }]);
  });

  test('never asks for more tokens than money is held for', async () => {
    const bench = await startCallingTwo();
    const { request } = question(bench.endpoint(CLOUD));
    const { maxOutputTokens: _none, ...open } = request;
    await bench.ask(CLOUD, { request: open });
    expect((await bench.cloud.call(1)).body.max_tokens).toBe(8_192);
  });

  test('is booked by an estimate where the provider does not count', async () => {
    const bench = await startCallingTwo();
    bench.cloud.script(answer({ text: ['Hello', ' there.'], usage: null }));
    await bench.ask(CLOUD);
    expect(bench.booked).toMatchObject([{ attempts: [{ usageEstimated: true, usage: { outputTokens: 2 } }] }]);
    expect(bench.booked[0]?.attempts[0]?.costNanoUsd).toBeGreaterThan(0);
  });

  test('waits for no place: the person’s requests go first', async () => {
    const bench = await startCallingTwo();
    bench.lanes.of(bench.endpoint(CLOUD)).queue.tryEnter();
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'failed', willPass: true });
    expect(bench.callers.money().todayNanoUsd).toBe(0);
  });

  test('is not made on a network that is paid by volume', async () => {
    const bench = await startCallingTwo({ parts: { isMetered: () => true } });
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'refused' });
    expect(await bench.ask(LOCAL)).toMatchObject({ kind: 'answered' });
  });
});

test('a local call is free, and booked with its energy', async () => {
  const bench = await startCallingTwo({ settings: { background: {} } });
  expect(await bench.ask(LOCAL)).toMatchObject({ kind: 'answered', costNanoUsd: 0 });
  expect(bench.booked).toMatchObject([{ path: 'local', app: BACKGROUND_APP, attempts: [{ costNanoUsd: 0 }] }]);
  expect(bench.meter.read()).toMatchObject({ nanoUsd: 0, localTokens: 30 });
});
