import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPriceJob, type PriceParts } from '../../../../src-main/engine/jobs/prices/create-price-job.ts';
import { createLimitedFetch } from '../../../../src-main/engine/jobs/prices/fetch-limited.ts';
import { PriceTables } from '../../../../src-main/engine/jobs/prices/price-tables.ts';
import { createPriceBook, type PriceTableData } from '../../../../src-main/engine/spend/price-book.ts';
import { createPricing, type Pricing } from '../../../../src-main/engine/spend/pricing.ts';
import { settings as settingsSchema, type Settings } from '../../../../src-shared/settings.ts';
import { makeCertificate } from '../../../support/make-certificate.ts';
import { makeEndpoint } from '../../../support/make-endpoint.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { makeFolder } from '../../store/support.ts';
import { runJob, severities, type RanJob } from '../upkeep/run-job.ts';

const CERTIFICATE = makeCertificate('127.0.0.1');
const KEYS = generateKeyPairSync('ed25519');
const BUNDLED = createPriceBook().data;
/** Later than the bundled table, before the clock of the tests. */
const NEWER = '2026-11-01';

function rawKey(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface World {
  parts: PriceParts;
  pricing: Pricing;
  settings: Settings;
  folder: string;
  clock: ManualClock;
  asked: string[];
  network: { online: boolean | null; metered: boolean | null };
  /** What the server answers from now on. */
  serve(table: unknown, how?: { key?: KeyObject; signature?: (raw: Buffer) => Buffer | string; answer?: Answer }): void;
  run(): Promise<RanJob>;
  /** Another process on the same folder. */
  restarted(): Pricing;
}

/** A source of prices over TLS, and an engine's pricing that believes its key. */
async function openWorld(changes: Record<string, unknown> = {}): Promise<World> {
  let answer: Answer = (_request, response) => response.writeHead(404).end();
  const asked: string[] = [];
  const server = createServer(CERTIFICATE, (request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/prices.json?x=1`;
  const settings = settingsSchema.parse({ prices: { source: { url, publicKey: rawKey(KEYS.publicKey) } }, ...changes });
  const [clock, log, folder] = [new ManualClock(), new SilentLog(), makeFolder()];
  const newPricing = () => createPricing({ settings: world.settings, clock, log, pricesIdOf: () => 'openai' });
  const world: World = {
    ...{ settings, folder, clock, asked, network: { online: true, metered: null } },
    get pricing() {
      return pricing;
    },
    get parts() {
      return parts;
    },
    serve(table, { key = KEYS.privateKey, signature = (raw: Buffer) => raw, answer: own } = {}) {
      const bytes = Buffer.from(typeof table === 'string' ? table : JSON.stringify(table));
      const signed = signature(sign(null, bytes, key));
      answer = own ?? ((request, response) => response.end(request.url?.includes('.sig') === true ? signed : bytes));
    },
    run: () => runJob(createPriceJob(parts), { clock }),
    restarted() {
      const other = newPricing();
      new PriceTables({ folder, pricing: other, log, settings: world.settings });
      return other;
    },
  };
  const pricing = newPricing();
  const parts: PriceParts = {
    clock,
    settings: () => world.settings,
    tables: new PriceTables({ folder, pricing, log, settings }),
    fetch: createLimitedFetch({ clock, ca: CERTIFICATE.cert }),
    network: () => world.network,
    endpoints: () => [endpoint('up/gpt-4o'), endpoint('up/gpt-4o-mini')],
    pricesIdOf: () => 'openai',
  };
  return world;
}

function endpoint(id: string) {
  const [providerId = '', model = ''] = id.split('/');
  return makeEndpoint({ id, providerId, model, track: 'cloud' });
}

/** The bundled table of a later day, with other prices of one model. */
function tableWith(prices: Record<string, number> = {}, changes: Partial<PriceTableData> = {}): PriceTableData {
  const table = structuredClone({ ...BUNDLED, source: 'prices 2', date: NEWER, ...changes });
  const found = createPriceBook(table).matchModel({ pricesId: 'openai', model: 'gpt-4o' });
  for (const dated of found?.prices ?? []) dated.prices = { ...dated.prices, ...prices };
  return table;
}

const inputPrice = (pricing: Pricing, id = 'up/gpt-4o') => pricing.unitPrice(endpoint(id))?.input;

describe('a newer table that is signed', () => {
  test('holds at once, is told with its day, and holds again after a restart', async () => {
    const world = await openWorld();
    expect(inputPrice(world.pricing)).toBe(2.5);
    world.serve(tableWith({ input_mtok: 5 }));

    const ran = await world.run();

    expect(ran.found).toBe(`Took over the prices of ${NEWER} (prices 2).`);
    expect(ran.findings.size).toBe(0);
    expect(inputPrice(world.pricing)).toBe(5);
    expect(world.pricing.unitPrice(endpoint('up/gpt-4o'))).toMatchObject({ source: 'prices 2', date: NEWER });
    expect(inputPrice(world.restarted())).toBe(5);
    expect(world.restarted().book.data.fetchedAtMs).toBe(world.clock.nowMs());
    expect(statSync(join(world.folder, 'prices.json')).mode & 0o777).toBe(0o600);
    expect(world.asked).toEqual(['/prices.json?x=1', '/prices.json.sig?x=1']);
  });

  test('is believed with a signature in base64, too', async () => {
    const world = await openWorld();
    world.serve(tableWith({ input_mtok: 3 }), { signature: (raw) => `${raw.toString('base64')}\n` });
    await world.run();
    expect(inputPrice(world.pricing)).toBe(3);
  });

  test('holds only while its key is the one in the settings', async () => {
    const world = await openWorld();
    world.serve(tableWith({ input_mtok: 5 }));
    await world.run();
    const other = settingsSchema.parse({});
    world.parts.tables.follow(other);
    expect(inputPrice(world.pricing)).toBe(2.5);
    world.parts.tables.follow(world.settings);
    expect(inputPrice(world.pricing)).toBe(5);
    world.settings = other;
    expect(inputPrice(world.restarted())).toBe(2.5);
  });

  test('does not outrank what the person has priced', async () => {
    const world = await openWorld();
    const overrides = [{ endpoint: 'up/gpt-4o', input: 1, output: 1 }];
    world.settings = settingsSchema.parse({ prices: { ...world.settings.prices, overrides } });
    world.pricing.update(world.settings);
    world.serve(tableWith({ input_mtok: 400 }));
    const ran = await world.run();
    expect(inputPrice(world.pricing)).toBe(1);
    expect(ran.proposals).toEqual([]);
  });

  test('is the newest there is when it is fetched again', async () => {
    const world = await openWorld();
    world.serve(tableWith({ input_mtok: 5 }));
    await world.run();
    expect((await world.run()).found).toBe('The prices are the newest there are.');
  });
});

describe('a price that moved to more than three times or less than a third', () => {
  test.each<[string, { input_mtok?: number; output_mtok?: number; cache_read_mtok?: number }]>([
    ['up', { input_mtok: 7.6 }],
    ['down', { input_mtok: 0.8 }],
    ['to nothing', { output_mtok: 0 }],
    ['of cached tokens', { cache_read_mtok: 50 }],
  ])('%s is not taken over but proposed; the others are', async (_way, prices) => {
    const world = await openWorld();
    const table = tableWith(prices);
    const mini = createPriceBook(table).matchModel({ pricesId: 'openai', model: 'gpt-4o-mini' });
    for (const dated of mini?.prices ?? []) dated.prices.input_mtok = 0.2;
    world.serve(table);

    const ran = await world.run();

    expect(world.pricing.unitPrice(endpoint('up/gpt-4o'))).toMatchObject({ input: 2.5, output: 10, cachedInput: 1.25 });
    expect(inputPrice(world.pricing, 'up/gpt-4o-mini')).toBe(0.2);
    expect(severities(ran)).toEqual({ moved: 'medium' });
    const [proposal] = ran.proposals;
    const expected = {
      input: prices.input_mtok ?? 2.5,
      output: prices.output_mtok ?? 10,
      cachedInput: prices.cache_read_mtok ?? 1.25,
    };
    expect(proposal?.changes).toMatchObject([
      { path: 'prices.overrides', before: [], after: [{ endpoint: 'up/gpt-4o', ...expected }] },
    ]);
    const after = settingsSchema.safeParse({ prices: { overrides: proposal?.changes[0]?.after } });
    expect(after.success).toBe(true);
    expect(ran.found).toMatch(/models keep their prices, which moved too far\.$/);
    // As long as nobody decides, it stays proposed.
    expect((await world.run()).proposals).toHaveLength(1);
  });

  test('stays held when the table says in other words which model is meant, or from which day on', async () => {
    const world = await openWorld();
    const table = tableWith();
    const openai = table.providers.find(({ id }) => id === 'openai');
    openai?.models.unshift({
      match: { or: [{ regex: '^gpt-4o$' }, { equals: 'gpt-4o' }] },
      prices: [
        { prices: { input_mtok: 2.5, output_mtok: 10 } },
        { constraint: { type: 'start_date', start_date: '2026-12-01' }, prices: { input_mtok: 900, output_mtok: 10 } },
      ],
    });
    world.serve(table);
    await world.run();
    world.clock.jump(60 * 24 * 60 * 60 * 1000);
    expect(inputPrice(world.pricing)).toBe(2.5);
  });
});

describe('a table is refused, and the prices stay as they are,', () => {
  const other = generateKeyPairSync('ed25519');
  const tooNew = tableWith({}, { date: '2027-06-01' });
  test.each<[string, unknown, Parameters<World['serve']>[1], string, RegExp]>([
    ['that another key signed', tableWith(), { key: other.privateKey }, 'high', /signature is not by the key/],
    ['whose signature is cut off', tableWith(), { signature: (raw) => raw.subarray(1) }, 'high', /signature/],
    ['whose signature is empty', tableWith(), { signature: () => '' }, 'high', /signature/],
    [
      'that is older than the one in use',
      tableWith({}, { date: '2026-01-01' }),
      {},
      'medium',
      /older than the one in use/,
    ],
    ['from the future', tooNew, {}, 'medium', /in the future/],
    ['with a price below zero', tableWith({ input_mtok: -1 }), {}, 'medium', /cannot be used/],
    ['with a price beyond all measure', tableWith({ input_mtok: 1e6 }), {}, 'medium', /cannot be used/],
    [
      'that lost most of its models',
      { ...tableWith(), providers: BUNDLED.providers.slice(0, 3) },
      {},
      'medium',
      /missing/,
    ],
    ['that is no table', { hello: 'world' }, {}, 'medium', /cannot be used/],
    ['that is no JSON', '{"source": ', {}, 'medium', /it is no price table/],
    [
      'that is nested without end',
      `{"source":"s","date":"${NEWER}","providers":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`,
      {},
      'medium',
      /cannot be used/,
    ],
    [
      'with a pattern that takes for ever',
      {
        ...tableWith(),
        providers: [
          { id: 'openai', fallbacks: [], models: [{ match: { regex: '^(a+)+$' }, prices: [{ prices: {} }] }] },
        ],
      },
      {},
      'medium',
      /a pattern that cannot be used/,
    ],
  ])('one %s', async (_what, table, how, severity, sentence) => {
    const world = await openWorld();
    world.serve(table, how);
    const ran = await world.run();
    expect(severities(ran)).toEqual({ refused: severity });
    expect(ran.findings.get('refused')?.sentence).toMatch(sentence);
    expect(world.pricing.book.data).toBe(BUNDLED);
    expect(inputPrice(world.restarted())).toBe(2.5);
  });

  test('and that is withdrawn with the next good one', async () => {
    const world = await openWorld();
    world.serve(tableWith(), { key: other.privateKey });
    const first = await world.run();
    world.serve(tableWith());
    const next = await runJob(createPriceJob(world.parts), { clock: world.clock, findings: first.findings });
    expect(next.findings.size).toBe(0);
  });

  test('once a newer one holds: an older one cannot come back', async () => {
    const world = await openWorld();
    world.serve(tableWith({ input_mtok: 5 }));
    await world.run();
    world.serve(tableWith({ input_mtok: 3 }, { date: '2026-10-31' }));
    expect(severities(await world.run())).toEqual({ refused: 'medium' });
    expect(inputPrice(world.pricing)).toBe(5);
  });
});

describe('what cannot be fetched is tried again later:', () => {
  test.each<[string, Answer, RegExp]>([
    ['an error', (_request, response) => response.writeHead(500).end(), /answered with status 500/],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(),
      /sends elsewhere, which is not followed/,
    ],
    ['a table without end', (_request, response) => void response.end(Buffer.alloc(1_100_000, 32)), /larger than/],
    ['a broken connection', (request) => void request.socket.destroy(), /could not be fetched/],
  ])('%s', async (_what, answer, sentence) => {
    const world = await openWorld();
    world.serve(tableWith(), { answer });
    await expect(world.run()).rejects.toThrow(sentence);
    expect(world.pricing.book.data).toBe(BUNDLED);
  });

  test('a server that does not answer in half a minute', async () => {
    const world = await openWorld();
    const reached = Promise.withResolvers<undefined>();
    world.serve(tableWith(), {
      answer: () => {
        reached.resolve(undefined);
      },
    });
    const run = world.run();
    const failed = expect(run).rejects.toThrow(/did not come within 30 s/);
    await reached.promise;
    await world.clock.advance(30_000);
    await failed;
  });

  test('a server whose certificate nobody vouches for', async () => {
    const world = await openWorld();
    world.serve(tableWith());
    const parts = { ...world.parts, fetch: createLimitedFetch({ clock: world.clock }) };
    await expect(runJob(createPriceJob(parts))).rejects.toThrow(/certificate of its server is not accepted/);
  });
});

describe('nothing is asked', () => {
  test.each<[string, Record<string, unknown>, Partial<World['network']>, RegExp]>([
    ['without a source', { prices: {} }, {}, /No source of prices is set/],
    ['when nothing may leave the machine', { privacy: { localOnly: true } }, {}, /Nothing may leave this machine/],
    ['offline', {}, { online: false }, /offline/],
    ['where the network is paid by volume', {}, { metered: true }, /paid by volume/],
  ])('%s', async (_when, changes, network, sentence) => {
    const world = await openWorld(changes);
    world.network = { ...world.network, ...network };
    const ran = await world.run();
    expect(ran.found).toMatch(sentence);
    expect(ran.units).toBe(0);
    expect(world.asked).toEqual([]);
  });
});

test('a kept table that was damaged is not used; the bundled one is, that is said, and the next refresh heals it', async () => {
  const world = await openWorld();
  world.serve(tableWith({ input_mtok: 5 }));
  await world.run();
  const file = join(world.folder, 'prices.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"input_mtok":5', '"input_mtok":4'));
  const pricing = world.restarted();
  expect(inputPrice(pricing)).toBe(2.5);
  const tables = new PriceTables({ folder: world.folder, pricing, log: new SilentLog(), settings: world.settings });
  expect(tables.problem).toMatch(
    /prices\.json is damaged or cannot be read, so the one that came with Pointsman is used/,
  );
  await runJob(createPriceJob({ ...world.parts, tables }), { clock: world.clock });
  expect(tables.problem).toBeNull();
  expect(inputPrice(world.restarted())).toBe(5);
});

test('the bundled table passes every check that a fetched one has to', async () => {
  const world = await openWorld();
  world.serve(JSON.stringify({ ...BUNDLED, date: NEWER }));
  expect((await world.run()).found).toBe(`Took over the prices of ${NEWER} (${BUNDLED.source}).`);
  expect(world.pricing.book.data.providers).toEqual(BUNDLED.providers);
});
