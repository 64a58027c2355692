import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isThisMachine } from '../../../../src-main/engine/jobs/calls/is-this-machine.ts';
import { createJobCallers } from '../../../../src-main/engine/jobs/calls/create-job-callers.ts';
import type { JobCallerParts } from '../../../../src-main/engine/jobs/calls/job-caller-parts.ts';
import { RunMeter } from '../../../../src-main/engine/jobs/run-meter.ts';
import type { ProviderAccess } from '../../../../src-main/engine/providers/registry.ts';
import { Lanes } from '../../../../src-main/engine/providers/lanes.ts';
import type { UpstreamCall, UpstreamHandlers } from '../../../../src-main/engine/providers/upstream-call.ts';
import { UNKNOWN_MACHINE } from '../../../../src-main/engine/routing/machine-state.ts';
import { settings as settingsSchema } from '../../../../src-shared/settings.ts';
import { systemRandom } from '../../../../src-main/engine/system-ports.ts';
import { makeEndpoint } from '../../../support/make-endpoint.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SilentLog } from '../../../support/silent-log.ts';
import { question } from './calling-bench.ts';
import { CLOUD, LOCAL, startCallingTwo } from './two-upstreams.ts';

describe('a server is on this machine', () => {
  const own = new Set(['192.168.1.20', 'fd00::20']);
  test.each([
    'http://127.0.0.1:11434',
    'http://localhost:1234',
    'http://127.8.9.1',
    'http://[::1]:8080',
    'http://0.0.0.0:11434',
    'http://192.168.1.20:11434',
    'http://[fd00::20]:11434',
  ])('at %s', (origin) => {
    expect(isThisMachine(origin, own)).toBe(true);
  });

  test.each([
    'http://192.168.1.21:11434',
    'http://workstation:11434',
    'http://workstation.local:11434',
    'https://api.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[fd00::21]:11434',
    'not an address',
  ])('not at %s', (origin) => {
    expect(isThisMachine(origin, own)).toBe(false);
  });
});

describe('a text that must stay', () => {
  test('goes to a model on this machine', async () => {
    const bench = await startCallingTwo();
    expect(await bench.ask(LOCAL, { mayLeave: false })).toMatchObject({ kind: 'answered' });
  });

  test('is not sent to the cloud, and the sentence says why', async () => {
    const bench = await startCallingTwo();
    expect(await bench.ask(CLOUD, { mayLeave: false })).toEqual({
      kind: 'refused',
      sentence: `${CLOUD} was not asked: it runs in the cloud, and the text must stay on this machine.`,
    });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('is any text while "local only" is on', async () => {
    const bench = await startCallingTwo({ settings: { privacy: { localOnly: true } } });
    expect(await bench.ask(CLOUD)).toMatchObject({ kind: 'refused' });
    expect(bench.cloud.calls).toHaveLength(0);
  });

  test('goes by where a model runs now, not by what the job has kept of it', async () => {
    const bench = await startCallingTwo();
    const asIfLocal = { ...bench.endpoint(CLOUD), track: 'local' as const };
    expect(await bench.caller.ask({ ...question(asIfLocal), mayLeave: false })).toMatchObject({ kind: 'refused' });
  });
});

/** Takes every call down and answers none. */
function recordingParts(world: {
  endpoints: readonly { track: 'local' | 'cloud'; kind: 'ollama' | 'openai' | 'anthropic'; origin: string }[];
  localOnly: boolean;
}): { parts: JobCallerParts; sent: UpstreamCall[]; clock: ManualClock } {
  const clock = new ManualClock();
  const log = new SilentLog();
  const sent: UpstreamCall[] = [];
  const settings = settingsSchema.parse({
    privacy: { localOnly: world.localOnly },
    background: { usdPerDay: 1_000 },
  });
  const endpoints = world.endpoints.map(({ track, kind }, place) =>
    makeEndpoint({ providerId: `p${place}`, track, protocol: kind }),
  );
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const features = { responses: false, completions: false, embeddings: false, streamUsage: false };
  const access = (id: string): ProviderAccess | null => {
    const found = world.endpoints[Number(id.slice(1))];
    if (found === undefined) return null;
    // An Ollama's own memory is asked over a socket: here its models are as another local server's.
    const kind = found.kind === 'ollama' ? 'openai' : found.kind;
    return { id, name: id, kind, origin: found.origin, basePath: '', authHeaders: [], features };
  };
  const limits = { concurrency: { local: 9, cloud: 9 }, queueLength: 9, queueWaitMs: 9, concurrencyOf: () => null };
  const parts: JobCallerParts = {
    ...{ clock, log, random: systemRandom, settings: () => settings },
    registry: {
      snapshot: () => ({ endpoints, byId, byName: new Map(), endpointFor: () => [], nearestNames: () => [] }),
      access,
      whyBlocked: () => null,
      refresh: () => Promise.resolve(),
    },
    client: {
      send(call: UpstreamCall, handlers: UpstreamHandlers) {
        sent.push(call);
        queueMicrotask(() => handlers.onError({ kind: 'refused', code: 'ECONNREFUSED' }));
        return { abort: () => undefined, pause: () => undefined, resume: () => undefined };
      },
    },
    lanes: new Lanes({ clock, limits }),
    budgets: { reserve: () => ({ ok: false, refused: 'no' }) },
    pricing: { priceCall: () => ({ costNanoUsd: 0, price: null }) },
    spend: { spentSince: () => ({ costNanoUsd: 0, unknownCosts: 0 }) },
    machine: () => UNKNOWN_MACHINE,
    isMetered: () => null,
    localWatts: () => null,
    ownAddresses: () => new Set(['10.0.0.5']),
    book: () => undefined,
  };
  return { parts, sent, clock };
}

test('whatever the endpoints and settings, a text that must stay is sent to this machine only', async () => {
  const origins = [
    'http://127.0.0.1:1',
    'http://10.0.0.5:1',
    'http://10.0.0.6:1',
    'https://cloud.example',
    'http://nas:1',
  ];
  const endpoint = fc.record({
    track: fc.constantFrom('local' as const, 'cloud' as const),
    kind: fc.constantFrom('ollama' as const, 'openai' as const, 'anthropic' as const),
    origin: fc.constantFrom(...origins),
  });
  const world = fc.record({ endpoints: fc.array(endpoint, { minLength: 1, maxLength: 6 }), localOnly: fc.boolean() });
  const property = fc.asyncProperty(world, fc.boolean(), fc.boolean(), async (given, mayLeave, liesAboutTrack) => {
    const { parts, sent } = recordingParts(given);
    const run = { id: 'run', job: 'shadow-evaluation', trigger: 'schedule', createdAtMs: 0 } as const;
    const caller = createJobCallers(parts).forUnit({
      run,
      signal: new AbortController().signal,
      meter: new RunMeter(),
    });
    for (const each of parts.registry.snapshot().endpoints) {
      const told = liesAboutTrack ? { ...each, track: 'local' as const } : each;
      await caller.ask({ ...question(told, 'a secret'), mayLeave });
    }
    const mustStay = !mayLeave || given.localOnly;
    const cloudOrigins = new Set(['https://cloud.example', 'http://10.0.0.6:1', 'http://nas:1']);
    if (mustStay) for (const call of sent) expect(cloudOrigins.has(call.origin)).toBe(false);
    return true;
  });
  await fc.assert(property, { numRuns: 300 });
});
