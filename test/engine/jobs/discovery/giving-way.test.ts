import { describe, expect, it } from 'vitest';
import type { JsonServer } from '../../../support/json-server.ts';
import { entryAt, serve, startDiscovery, type DiscoveryOptions } from './start-discovery.ts';

const NEVER = { 'GET /v1/models': { never: true } } as const;

const providerAt = ({ origin }: JsonServer) => ({
  ...{ id: 'acme', name: 'Acme', kind: 'openai', track: 'local', auth: 'none' },
  baseUrl: `${origin}/v1`,
});

describe('a look at somebody who does not answer', () => {
  // Time stands still: it is the signal that ends the look, no time limit.
  it.each<[string, (server: JsonServer) => DiscoveryOptions]>([
    ['a provider', (server) => ({ settings: { providers: [providerAt(server)] } })],
    ['a server on this machine', (server) => ({ spots: [server.origin] })],
    ['a free tier', (server) => ({ catalogue: [entryAt(server)], environment: { FREEBIE_KEY: 'fk-1' } })],
  ])('ends at once when the gate closes: %s', async (_what, options) => {
    const server = await serve(NEVER);
    const { run, kept } = startDiscovery(options(server));
    const stop = new AbortController();
    const running = expect(run(stop.signal)).rejects.toThrow('the gate closed');
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('the gate closed'));
    await running;
    expect([kept.results.size, kept.proposals.size, kept.findings.size]).toEqual([0, 0, 0]);
  });
});
