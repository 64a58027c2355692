import { afterEach, describe, expect, test } from 'vitest';
import { spendReport, type BudgetStatus } from '../../src-shared/money.ts';
import { createKeepAliveClient, type ClientReply, type KeepAliveClient } from '../support/keep-alive-client.ts';
import { startTestEngine, type TestEngine } from '../support/start-test-engine.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { Gate } from '../support/upstreams/gate.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { PROTOCOLS } from './surfaces.ts';

const DOLLAR = 1_000_000_000;
/** 20 tokens in at a dollar and 100 out at 20 dollars a million. */
const CALL_NANO_USD = 20 * 1_000 + 100 * 20_000;
/** More is never held for such a call. */
const MOST_NANO_USD = CALL_NANO_USD + 15_000;
const USAGE = { input: 20, output: 100 };
const MESSAGES = [{ role: 'user', content: 'Hello' }];

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Bench {
  engine: TestEngine;
  local: Upstream;
  cloud: Upstream;
  client: KeepAliveClient;
}

interface BenchOptions {
  folder?: string;
  upstreams?: Pick<Bench, 'local' | 'cloud'>;
  settings?: Record<string, unknown>;
}

/** A small local model that is free, and a cloud model worth its money to whoever asks for the best. */
async function start({ folder, upstreams, settings = {} }: BenchOptions = {}): Promise<Bench> {
  const local = upstreams?.local ?? (await startLocal());
  const cloud = upstreams?.cloud ?? (await startUpstream({ kind: 'openai', models: [{ name: 'big' }] }));
  if (upstreams === undefined) {
    stops.push(() => Promise.all([local.stop(), cloud.stop()]).then(() => undefined));
    cloud.script(answer({ text: 'Hi', usage: USAGE }));
  }
  const engine = await startTestEngine({
    ...(folder === undefined ? {} : { folder }),
    settings: {
      gateway: { maxConnections: 5_000 },
      ollama: { enabled: true, baseUrl: local.url },
      providers: [{ id: 'up', name: 'Up', kind: 'openai', track: 'cloud', baseUrl: cloud.url, auth: 'none' }],
      prices: { overrides: [{ endpoint: 'up/big', input: 1, output: 20 }] },
      limits: { localConcurrency: 2_000, cloudConcurrency: 2_000, queueLength: 5_000 },
      budgets: { total: { dayUsd: 1 } },
      ...settings,
    },
  });
  const client = createKeepAliveClient(engine.url);
  stops.push(async () => {
    client.stop();
    await engine.stop();
  });
  return { engine, local, cloud, client };
}

async function startLocal(): Promise<Upstream> {
  const models = [{ name: 'tiny:0.5b', capabilities: ['completion'], sizeBytes: 400_000_000, isLoaded: true }];
  const local = await startUpstream({ kind: 'ollama', models });
  local.script(answer({ text: 'Hi', usage: { input: 20, output: 10 } }));
  return local;
}

function chat({ client }: Bench, model: string, more: object = { max_tokens: 100 }): Promise<ClientReply> {
  return client.post('/v1/chat/completions', { model, messages: MESSAGES, ...more });
}

async function budgetsOf({ engine }: Bench): Promise<BudgetStatus[]> {
  const reply = await engine.control('/control/v1/spend');
  return spendReport.parse(await reply.json()).budgets;
}

async function budgetOf(bench: Bench): Promise<BudgetStatus> {
  const [budget] = await budgetsOf(bench);
  if (budget === undefined) throw new Error('there is no budget');
  return budget;
}

/** Settles when the two upstreams hold so many calls together; gives the budget of that moment. */
async function whenUnderWay(bench: Bench, calls: number): Promise<BudgetStatus> {
  const { local, cloud } = bench;
  while (local.calls.length + cloud.calls.length < calls) {
    await Promise.race([local.call(local.calls.length + 1), cloud.call(cloud.calls.length + 1)]);
  }
  return budgetOf(bench);
}

/** What a client can tell of an answer, for counting. */
function kindOf({ status, headers }: ClientReply): string {
  return status === 200 ? String(headers['x-pointsman-track']) : String(status);
}

function count(replies: readonly ClientReply[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reply of replies) counts[kindOf(reply)] = (counts[kindOf(reply)] ?? 0) + 1;
  return counts;
}

/** `total` requests, `atOnce` under way. */
async function flood(total: number, atOnce: number, send: (number: number) => Promise<ClientReply>) {
  const replies: ClientReply[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const number = next;
      next += 1;
      replies.push(await send(number));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return replies;
}

describe('a budget of a dollar for the day', () => {
  test('holds against a thousand requests at once and ten thousand in all, and local answers go on', async () => {
    const bench = await start();
    const gate = new Gate();
    bench.cloud.script(answer({ text: [gate, 'Hi'], usage: USAGE }));

    // All in flight together: only as many go out as the dollar can pay for at their highest price.
    const burst = Promise.all(Array.from({ length: 1_000 }, () => chat(bench, 'pointsman/best')));
    const held = await whenUnderWay(bench, 1_000);
    expect(held.callsUnderWay).toBe(bench.cloud.calls.length);
    expect(held.spentNanoUsd + held.reservedNanoUsd).toBeLessThanOrEqual(DOLLAR);
    expect(held.leftNanoUsd).toBeLessThan(MOST_NANO_USD);
    gate.open();
    const first = await burst;
    expect(count(first)).toEqual({ cloud: bench.cloud.calls.length, local: 1_000 - bench.cloud.calls.length });
    const reasons = first.flatMap(({ headers }) =>
      headers['x-pointsman-track'] === 'local' ? [String(headers['x-pointsman-reason'])] : [],
    );
    // Some were sent there to learn, as long as there was a choice.
    const degraded = reasons.filter((reason) => !reason.includes('tried to learn'));
    expect(degraded.length).toBeGreaterThan(450);
    for (const reason of degraded) expect(reason).toContain('budget of $1.00 a day');

    // Nine thousand more of every kind, two hundred at a time.
    bench.cloud.script(answer({ text: 'Hi', usage: USAGE }));
    const models = ['pointsman/best', 'pointsman/auto', 'pointsman/fast', 'up/big', 'tiny:0.5b'];
    const replies = await flood(9_000, 200, (number) => chat(bench, models[number % models.length] ?? ''));
    const counts = count(replies);
    // Local requests and routed ones were all answered; exact cloud names were told that there is no money.
    expect(Object.keys(counts).filter((kind) => !['local', 'cloud', '403'].includes(kind))).toEqual([]);
    expect(counts.local).toBeGreaterThan(7_000);
    const refused = replies.filter(({ status }) => status === 403);
    expect(refused.length).toBeGreaterThan(1_700);
    for (const { text } of refused) expect(text).toMatch(/budget of \$1\.00 a day/);

    // What the provider itself counted, and what is booked. Every call stated its limit: nothing above the dollar.
    const budget = await budgetOf(bench);
    expect(budget.spentNanoUsd).toBe(bench.cloud.calls.length * CALL_NANO_USD);
    expect(budget).toMatchObject({ reservedNanoUsd: 0, callsUnderWay: 0, overshootNanoUsd: 0, unknownCosts: 0 });
    expect(budget.spentNanoUsd).toBeLessThanOrEqual(DOLLAR);
    expect(budget.spentNanoUsd).toBeGreaterThan(0.99 * DOLLAR);
  }, 60_000);

  test('is passed by no more than the price of what was under way when answers are longer than anybody foresaw', async () => {
    const settings = { constraints: { maxCostPerRequestUsd: null }, optimizer: { hedging: false } };
    const bench = await start({ settings });
    // No limit is stated, and each answer costs ten cents.
    const surprise = { input: 20, output: 5_000 };
    const surpriseNanoUsd = 20 * 1_000 + 5_000 * 20_000;
    const gate = new Gate();
    bench.cloud.script(answer({ text: [gate, 'Hi'], usage: surprise }));
    const burst = Promise.all(Array.from({ length: 300 }, () => chat(bench, 'pointsman/best', {})));
    const { callsUnderWay, spentNanoUsd, reservedNanoUsd } = await whenUnderWay(bench, 300);
    expect(callsUnderWay).toBe(bench.cloud.calls.length);
    expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(DOLLAR);
    gate.open();
    await burst;
    const before = await budgetOf(bench);
    expect(before.spentNanoUsd).toBe(bench.cloud.calls.length * surpriseNanoUsd);
    expect(before.spentNanoUsd).toBeLessThanOrEqual(DOLLAR + bench.cloud.calls.length * surpriseNanoUsd);
    expect(bench.cloud.calls.length).toBe(callsUnderWay);
    expect(before.overshootNanoUsd).toBeGreaterThan(0);
    expect(before.overshootNanoUsd).toBe(before.spentNanoUsd - DOLLAR);
    // From then on nothing that costs money starts.
    const after = await flood(300, 100, () => chat(bench, 'pointsman/best', {}));
    expect(count(after)).toEqual({ local: 300 });
    expect((await budgetOf(bench)).spentNanoUsd).toBe(before.spentNanoUsd);
  });

  test('is still spent after a restart', async () => {
    const bench = await start();
    await flood(520, 100, () => chat(bench, 'pointsman/best'));
    const before = await budgetOf(bench);
    expect(before.leftNanoUsd).toBeLessThan(MOST_NANO_USD);
    await bench.engine.engine.stop(0);
    const again = await start({ folder: bench.engine.folder, upstreams: bench });
    expect(await budgetOf(again)).toMatchObject({ spentNanoUsd: before.spentNanoUsd, leftNanoUsd: before.leftNanoUsd });
    const calls = bench.cloud.calls.length;
    expect(count(await flood(50, 10, () => chat(again, 'pointsman/best')))).toEqual({ local: 50 });
    expect(bench.cloud.calls.length).toBe(calls);
  });

  test('holds just as well while the optimizer is off', async () => {
    const bench = await start({ settings: { optimizer: { enabled: false } } });
    const replies = await flood(1_500, 200, () => chat(bench, 'pointsman/best'));
    expect(count(replies)).toEqual({ cloud: bench.cloud.calls.length, local: 1_500 - bench.cloud.calls.length });
    const { spentNanoUsd } = await budgetOf(bench);
    expect(spentNanoUsd).toBe(bench.cloud.calls.length * CALL_NANO_USD);
    expect(spentNanoUsd).toBeLessThanOrEqual(DOLLAR);
    expect(spentNanoUsd).toBeGreaterThan(0.99 * DOLLAR);
  });
});

describe('a budget that is used up', () => {
  const NOTHING = { budgets: { total: { dayUsd: 0 } } };

  test.each(Object.entries(PROTOCOLS))('tells a client of %s that named a cloud model', async (_name, surface) => {
    const { client, cloud } = await start({ settings: NOTHING });
    const reply = await client.post(surface.path, surface.body('up/big'));
    expect(reply.status).toBe(403);
    const message = surface.messageOf(JSON.parse(reply.text));
    expect(message).toContain('Of the budget of $0.00 a day nothing is left until midnight');
    expect(message).not.toContain('..');
    expect(cloud.calls).toHaveLength(0);
  });

  test.each(Object.entries(PROTOCOLS))('lets %s have local answers, and says why', async (_name, surface) => {
    const { client, cloud } = await start({ settings: NOTHING });
    const reply = await client.post(surface.path, surface.body('pointsman/best'));
    expect([reply.status, reply.headers['x-pointsman-track']]).toEqual([200, 'local']);
    expect(reply.headers['x-pointsman-reason']).toContain('Of the budget of $0.00 a day nothing is left');
    expect(cloud.calls).toHaveLength(0);
  });

  test('refuses what must not be local either, and says why', async () => {
    const { client, cloud } = await start({ settings: NOTHING });
    const { path, body, messageOf } = PROTOCOLS.openai;
    const reply = await client.post(path, body('pointsman/best'), { 'x-pointsman-track': 'cloud' });
    expect(reply.status).toBe(403);
    expect(messageOf(JSON.parse(reply.text))).toContain('Of the budget of $0.00 a day nothing is left');
    expect(cloud.calls).toHaveLength(0);
  });

  test('closes the way to vectors and to what we do not understand as well', async () => {
    const { client, cloud } = await start({ settings: NOTHING });
    for (const path of ['/v1/embeddings', '/v1/images/generations']) {
      const reply = await client.post(path, { model: 'up/big', input: 'Hello', prompt: 'Hello' });
      expect(reply.status).toBe(403);
      expect(reply.text).toContain('budget');
    }
    expect(cloud.received.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

test('counting tokens costs nothing, and needs no budget', async () => {
  const { client } = await start({ settings: { budgets: { total: { dayUsd: 0 } } } });
  const reply = await client.post('/v1/messages/count_tokens', { model: 'up/big', messages: MESSAGES });
  expect([reply.status, reply.headers['x-pointsman-estimated']]).toEqual([200, 'true']);
});

describe('a model of unknown price', () => {
  const unpriced = (unknownPrices: 'refuse' | 'allow', dayUsd: number) => ({
    prices: { overrides: [] },
    budgets: { total: { dayUsd }, unknownPrices },
  });

  test('is not called under a budget, unless the person allows it, and not with nothing left', async () => {
    const refusing = await start({ settings: unpriced('refuse', 1) });
    const refused = await chat(refusing, 'up/big');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Nobody knows the price')]);
    expect(kindOf(await chat(refusing, 'pointsman/best'))).toBe('local');

    const allowing = await start({ settings: unpriced('allow', 1) });
    expect(kindOf(await chat(allowing, 'up/big'))).toBe('cloud');
    expect(await budgetOf(allowing)).toMatchObject({ spentNanoUsd: 0, unknownCosts: 1, callsUnderWay: 0 });

    const empty = await start({ settings: unpriced('allow', 0) });
    expect(kindOf(await chat(empty, 'up/big'))).toBe('403');
  });
});

describe('budgets of apps and providers', () => {
  test('an app spends its own money: others go on, and so does everybody on this machine', async () => {
    const bench = await start({ settings: { budgets: {} } });
    const added = await bench.engine.control('/control/v1/apps', {
      method: 'POST',
      body: JSON.stringify({ name: 'Editor', budget: { dayUsd: 0.02 } }),
    });
    const { key } = (await added.json()) as { key: string };
    const ask = (headers: Record<string, string>) => () =>
      bench.client.post('/v1/chat/completions', { model: 'up/big', messages: MESSAGES, max_tokens: 100 }, headers);
    const asApp = await flood(50, 25, ask({ authorization: `Bearer ${key}` }));
    const { cloud = 0 } = count(asApp);
    expect(cloud).toBeGreaterThanOrEqual(8);
    expect(cloud * CALL_NANO_USD).toBeLessThanOrEqual(20_000_000);
    expect(asApp.find(({ status }) => status === 403)?.text).toContain('for the app Editor');
    expect(count(await flood(20, 10, ask({})))).toEqual({ cloud: 20 });
    const [budget] = await budgetsOf(bench);
    expect(budget).toMatchObject({ scope: 'app', id: 'editor', spentNanoUsd: cloud * CALL_NANO_USD });
  });

  test('a provider without money is passed over for another one', async () => {
    const other = await startUpstream({ kind: 'openai', models: [{ name: 'also-big' }] });
    stops.push(() => other.stop());
    const cloud = await startUpstream({ kind: 'openai', models: [{ name: 'big' }] });
    stops.push(() => cloud.stop());
    const provider = (id: string, baseUrl: string) => ({
      id,
      name: id,
      kind: 'openai',
      track: 'cloud',
      baseUrl,
      auth: 'none',
    });
    const local = await startLocal();
    stops.push(() => local.stop());
    const bench = await start({
      upstreams: { local, cloud },
      settings: {
        providers: [provider('up', cloud.url), provider('other', other.url)],
        prices: {
          overrides: [
            { endpoint: 'up/big', input: 1, output: 20 },
            { endpoint: 'other/also-big', input: 1, output: 20 },
          ],
        },
        budgets: { providers: { up: { dayUsd: 0 } } },
        optimizer: { hedging: false, exploration: { enabled: false } },
      },
    });
    expect(count(await flood(20, 10, () => chat(bench, 'pointsman/best')))).toEqual({ cloud: 20 });
    expect([cloud.calls.length, other.calls.length]).toEqual([0, 20]);
  });
});
