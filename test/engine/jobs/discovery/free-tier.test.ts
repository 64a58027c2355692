import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelList, entryAt, serve, startDiscovery, type DiscoveryOptions } from './start-discovery.ts';

const KEY = 'fk-0123456789abcdef';
const DAY_MS = 86_400_000;

async function startFree(options: DiscoveryOptions = {}, changes: Parameters<typeof entryAt>[1] = {}) {
  const server = await serve({
    'GET /v1/models': ({ headers }) =>
      headers.authorization === `Bearer ${KEY}` ? modelList(['m1', 'm2']) : { status: 401, body: {} },
  });
  const catalogue = [entryAt(server, changes)];
  const discovery = startDiscovery({ catalogue, environment: { FREEBIE_KEY: KEY }, ...options });
  return { ...discovery, server, proposals: () => [...discovery.kept.proposals.values()] };
}

describe('a provider with a free tier, whose key is here', () => {
  it('is tried by its model list alone, and proposed', async () => {
    const { run, proposals, server } = await startFree();
    expect((await run()).found).toBe('No news of models, one proposal.');
    expect(new Set(server.requests.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(['GET /v1/models']),
    );
    expect(server.requests.every(({ body }) => body === '')).toBe(true);
    const change = { path: 'providers.freebie', before: null, after: { id: 'freebie', keyVariable: 'FREEBIE_KEY' } };
    expect(proposals()).toMatchObject([{ key: 'free-tier/freebie', changes: [change] }]);
    expect(proposals()[0]?.sentence).toContain('the environment variable FREEBIE_KEY');
  });

  it('in the kept keys is proposed to be used from there', async () => {
    const { run, proposals } = await startFree({ environment: {}, keys: { freebie: KEY } });
    await run();
    expect(proposals()).toMatchObject([{ changes: [{ after: { id: 'freebie', keyVariable: null } }] }]);
  });

  it('is not proposed when the key is refused', async () => {
    const { run, proposals } = await startFree({ environment: { FREEBIE_KEY: 'fk-of-yesterday' } });
    expect((await run()).found).toBe('No news of models.');
    expect(proposals()).toEqual([]);
  });

  it('is tried once a week', async () => {
    const { run, server, clock } = await startFree();
    await run();
    const asked = server.requests.length;
    await clock.advance(6 * DAY_MS);
    await run();
    expect(server.requests.length).toBe(asked);
    await clock.advance(DAY_MS);
    await run();
    expect(server.requests.length).toBeGreaterThan(asked);
  });

  it.each<[string, DiscoveryOptions, Parameters<typeof entryAt>[1]]>([
    ['the network is paid by volume', { network: { online: true, metered: true } }, {}],
    ['there is no network', { network: { online: false, metered: false } }, {}],
    ['everything stays local', { settings: { privacy: { localOnly: true } } }, {}],
  ])('is not called while %s', async (_what, options, changes) => {
    // Not loopback, so that the rule holds: the name is never looked up.
    const far = { baseUrl: 'https://freebie.example/v1', ...changes };
    const { run, called, proposals } = await startFree(options, far);
    expect((await run()).found).toContain('One provider was left out');
    expect(called).toEqual([]);
    expect(proposals()).toEqual([]);
  });

  it.each<[string, DiscoveryOptions, Parameters<typeof entryAt>[1]]>([
    ['it has no free tier', {}, { freeTier: 'no' }],
    ['only a trial', {}, { freeTier: 'trial' }],
    ['it has no model list', {}, { modelsPath: null }],
    ['its address is to be completed', {}, { baseUrl: 'https://{account}.example/v1' }],
    ['there is no key', { environment: {} }, {}],
    ['the key is blank', { environment: { FREEBIE_KEY: '  ' } }, {}],
  ])('is left alone when %s', async (_what, options, changes) => {
    const { run, called } = await startFree(options, changes);
    await run();
    expect(called).toEqual([]);
  });

  it('is left alone when a configured provider uses the same variable or id', async () => {
    const near = { name: 'Mine', kind: 'openai', track: 'local', baseUrl: 'http://127.0.0.1:9/v1' };
    for (const provider of [
      { ...near, id: 'mine', keyVariable: 'FREEBIE_KEY' },
      { ...near, id: 'freebie' },
    ]) {
      const { run, called } = await startFree({ settings: { providers: [provider] } });
      await run();
      expect(called).toEqual([]);
    }
  });
});

describe('the key', () => {
  it('is in no result, proposal, sentence or log', async () => {
    const { run, kept } = await startFree();
    const { found } = await run();
    expect(JSON.stringify([found, [...kept.results], [...kept.proposals], [...kept.findings]])).not.toContain(KEY);
  });
});

describe('hosts that are called', () => {
  it('are in the list of hosts beforehand, or configured; none beyond this machine when the network is not for it', async () => {
    const network = fc.record({
      online: fc.constantFrom(true, false, null),
      metered: fc.constantFrom(true, false, null),
    });
    await fc.assert(
      fc.asyncProperty(network, fc.boolean(), fc.boolean(), async (net, localOnly, hasKey) => {
        const { run, hosts, called } = startDiscovery({
          network: net,
          settings: { privacy: { localOnly } },
          spots: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
          catalogue: [entryAt(await serve({}), { baseUrl: 'http://freebie.invalid/v1' })],
          environment: hasKey ? { FREEBIE_KEY: KEY } : {},
        });
        const listed = new Set(hosts().map(({ host }) => host));
        await run();
        for (const origin of called) expect(listed).toContain(new URL(origin).host);
        const far = called.filter((origin) => new URL(origin).hostname !== '127.0.0.1');
        const mayLeave = hasKey && !localOnly && net.online !== false && net.metered !== true;
        expect(far).toEqual(mayLeave ? ['http://freebie.invalid'] : []);
      }),
      { numRuns: 40 },
    );
  });

  it('are not listed when the job is switched off', () => {
    const options = { spots: ['http://127.0.0.1:1234'] };
    expect(startDiscovery(options).hosts()).toHaveLength(1);
    const off = (background: object) => startDiscovery({ ...options, settings: { background } }).hosts();
    expect(off({ off: ['model-discovery'] })).toEqual([]);
    expect(off({ enabled: false })).toEqual([]);
  });
});
