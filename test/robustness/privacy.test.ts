import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STRATEGIES } from '../../src-shared/strategy.ts';
import { openStore } from '../../src-main/engine/store/open-store.ts';
import { hashAppKey } from '../../src-main/engine/spend/app-keys.ts';
import { systemClock, systemRandom } from '../../src-main/engine/system-ports.ts';
import { MemoryKeeper, optimizerForTest } from '../engine/optimizer/make-optimizer.ts';
import { FakePower } from '../engine/resources/fake-sensors.ts';
import { createKeepAliveClient, type ClientReply } from '../support/keep-alive-client.ts';
import { makeEndpoint } from '../support/make-endpoint.ts';
import { SilentLog } from '../support/silent-log.ts';
import { startTestEngine } from '../support/start-test-engine.ts';
import { unknownMachine } from '../support/unknown-machine.ts';
import { answer } from '../support/upstreams/answer-script.ts';
import { problem } from '../support/upstreams/problem.ts';
import { hangingUp, type Script } from '../support/upstreams/script.ts';
import { startUpstream, type Upstream } from '../support/upstreams/start-upstream.ts';
import { PROTOCOLS, SURFACES } from './surfaces.ts';

const LOCAL = makeEndpoint({ providerId: 'ollama', model: 'tiny:0.5b', track: 'local', protocol: 'ollama' });
const CLOUD = makeEndpoint({ providerId: 'one', model: 'big' });
const KEYS = { private: `pm-${'a1'.repeat(24)}`, public: `pm-${'b2'.repeat(24)}` };

const ANSWERS: Readonly<Record<string, Script>> = {
  good: answer({ text: ['All', ' is well.'] }),
  failing: problem({ status: 500 }),
  busy: problem({ status: 429, headers: { 'retry-after': '1' } }),
  resetting: hangingUp('reset'),
  // What a check of the answer would rather have from somebody else.
  empty: answer({ text: '' }),
  refusing: answer({ text: 'I am sorry, but I cannot help with that.' }),
};

const VIRTUAL = ['auto', ...['auto', 'fast', 'best', 'cheap', 'private'].map((name) => `pointsman/${name}`)];
const EXACT = [
  ...['tiny:0.5b', 'local/shared', 'shared', 'vectors', 'big', 'one/big', 'cloud/big', 'cloud/shared'],
  ...['claude-sonnet-4-5', 'two/claude-sonnet-4-5', 'far:cloud', 'ollama/far:cloud', 'gpt-4o', 'nobody'],
];

/** Ways in, beside those that take text. */
const OTHER_PATHS = [
  '/v1/embeddings',
  '/api/embed',
  '/api/embeddings',
  '/v1/messages/count_tokens',
  '/v1/images/generations',
  '/v1/rerank',
  '/api/show',
  '/api/push',
  '/api/web_search',
  '/api/new-thing',
];

let local: Upstream;
let one: Upstream;
let two: Upstream;
let folder: string;

beforeAll(async () => {
  local = await startUpstream({
    kind: 'ollama',
    models: [
      { name: 'tiny:0.5b', capabilities: ['completion', 'tools'], sizeBytes: 4e8, isLoaded: true },
      { name: 'shared', capabilities: ['completion', 'tools'], sizeBytes: 4e8 },
      { name: 'vectors', capabilities: ['embedding'], sizeBytes: 2e8 },
      { name: 'far:cloud', capabilities: ['completion'], remoteHost: 'https://ollama.com:443' },
    ],
  });
  one = await startUpstream({ kind: 'openai', models: ['big', 'shared', 'gpt-4o'].map((name) => ({ name })) });
  two = await startUpstream({ kind: 'anthropic' });
  folder = mkdtempSync(join(tmpdir(), 'pointsman-private-'));
  await teachTheCloud(folder);
});

afterAll(async () => {
  await Promise.all([local.stop(), one.stop(), two.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Leaves a learner in the data folder that has seen nothing good of the local model and nothing bad of the cloud. */
async function teachTheCloud(into: string): Promise<void> {
  const keeper = new MemoryKeeper();
  const { optimizer, serve } = optimizerForTest({ state: keeper, endpoints: () => [LOCAL, CLOUD] });
  optimizer.start();
  for (let round = 0; round < 300; round += 1) {
    for (const by of [LOCAL, CLOUD]) {
      serve(`${by.id} ${round}`, 'Hello', { by, call: { firstTokenMs: by === LOCAL ? 30_000 : 40 } });
      optimizer.giveFeedback({ requestId: `${by.id} ${round}`, quality: by === LOCAL ? 0 : 1 });
    }
    optimizer.learnNow();
  }
  optimizer.stop();
  const ports = { clock: systemClock, random: systemRandom, log: new SilentLog(), platform: process.platform };
  const opened = openStore({ folder: into, ...ports });
  if (!opened.ok) throw new Error(opened.message);
  for (const [name, state] of keeper.states) await opened.store.states.saveState({ name, ...state });
  await opened.store.close();
}

const settings = fc.record({
  privacy: fc.record({ localOnly: fc.constantFrom(false, false, false, true) }),
  models: fc.record({
    substitutions: fc.constantFrom<Record<string, string>>(
      {},
      { 'pointsman/private': 'one/big' },
      { 'gpt-4o': 'pointsman/private' },
      { auto: 'cloud/big', 'tiny:0.5b': 'one/big' },
    ),
    preferredLocal: fc.constantFrom([], [LOCAL.id]),
    preferredCloud: fc.constantFrom([], [CLOUD.id]),
  }),
  optimizer: fc.record({
    enabled: fc.constantFrom(true, true, false),
    strategy: fc.constantFrom(...STRATEGIES),
    cloudShare: fc.constantFrom(null, 1),
    hedging: fc.boolean(),
    cascade: fc.boolean(),
    bridging: fc.boolean(),
  }),
  constraints: fc.record({ maxCostPerRequestUsd: fc.constantFrom(null, 0.01) }),
  budgets: fc.constantFrom({}, { total: { dayUsd: 100 } }),
});

const power = fc.constantFrom(
  {},
  { source: 'battery' as const, batteryPercent: 4 },
  { thermal: 'critical' as const },
  { source: 'ac' as const, thermal: 'serious' as const },
);

/** One request and what makes it private besides the settings. */
const asking = fc.record({
  path: fc.constantFrom(...SURFACES.map(({ path }) => path), ...OTHER_PATHS),
  stream: fc.boolean(),
  model: fc.constantFrom(...VIRTUAL, ...EXACT),
  why: fc.constantFrom('name', 'header', 'app', 'substitute'),
  track: fc.constantFrom(null, null, 'cloud', 'local'),
  strategy: fc.constantFrom(null, ...STRATEGIES),
});
/** Ollama's own business, passed on unread: here a header or an app says that it is private. */
const UNREAD = ['/api/push', '/api/web_search', '/api/new-thing'];
type Asking = (typeof asking extends fc.Arbitrary<infer Value> ? Value : never) & { isPublic?: boolean };

/** One of these goes out in nearly every world. */
const PUBLIC: readonly Asking[] = ['one/big', 'pointsman/best'].map((model) => ({
  ...{ path: '/v1/chat/completions', stream: false, model, why: 'name', track: null, strategy: null },
}));

function headersOf({ path, why, track, strategy, isPublic = false }: Asking): Record<string, string> {
  const byHeader = why === 'header' || (why !== 'app' && UNREAD.includes(path));
  return {
    authorization: `Bearer ${!isPublic && why === 'app' ? KEYS.private : KEYS.public}`,
    'x-pointsman-privacy': !isPublic && byHeader ? 'private' : 'public',
    ...(track === null ? {} : { 'x-pointsman-track': track }),
    ...(strategy === null ? {} : { 'x-pointsman-strategy': strategy }),
  };
}

function bodyOf(asked: Asking, substitutions: Record<string, string>): Record<string, unknown> & { model: string } {
  const { path, model, stream, why, isPublic = false } = asked;
  const privateName = why === 'substitute' && substitutions['gpt-4o'] !== undefined ? 'gpt-4o' : 'pointsman/private';
  const name = isPublic || (why !== 'name' && why !== 'substitute') ? model : privateName;
  const surface = SURFACES.find((each) => each.path === path);
  if (surface !== undefined) return { ...surface.body(name), model: name, stream };
  const messages = [{ role: 'user', content: 'Hello' }];
  return { model: name, name, input: 'Hello', prompt: 'Hello', query: 'Hello', messages };
}

/** Text of the request that reached somebody who may send it away. */
function leaks(since: { one: number; two: number; local: number }): string[] {
  const fromClouds = [...one.received.slice(since.one), ...two.received.slice(since.two)]
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path} at a cloud`);
  const throughOllama = local.received
    .slice(since.local)
    .filter(
      ({ body, pathname }) => pathname !== '/api/show' && [body.model, body.name].some((each) => each === 'far:cloud'),
    )
    .map(({ path }) => `${path} for far:cloud`);
  const byOllama = local.received
    .slice(since.local)
    .filter(({ pathname }) => UNREAD.includes(pathname))
    .map(({ path }) => path);
  return [...fromClouds, ...throughOllama, ...byOllama];
}

/** A request for text to a routed name, with a local model that is well: nothing but its privacy could stand in its way. */
function mustBeAnswered(asked: Asking, given: { script: string; substitutions: Record<string, string> }): boolean {
  const { model } = bodyOf(asked, given.substitutions);
  const isPlain = VIRTUAL.includes(model) && given.substitutions[model] === undefined;
  return (
    given.script === 'good' && isPlain && asked.track !== 'cloud' && SURFACES.some(({ path }) => path === asked.path)
  );
}

/** Answered on this machine, or refused in the words of the client's own protocol. */
function expectClear({ path, stream }: Asking, reply: ClientReply): void {
  if (reply.status === 200) {
    expect(['local', undefined]).toContain(reply.headers['x-pointsman-track']);
    return;
  }
  expect(reply.status).toBeGreaterThanOrEqual(400);
  // What Ollama itself says to a path that it does not know is passed on as it is.
  if (!String(reply.headers['content-type']).startsWith('application/json')) {
    expect(['/v1/images/generations', '/v1/rerank']).toContain(path);
    return;
  }
  const protocol = path.startsWith('/api/') ? 'ollama' : path.startsWith('/v1/messages') ? 'anthropic' : 'openai';
  const isOllamas = reply.headers['x-pointsman-track'] === undefined && reply.status === 404;
  if (isOllamas && protocol !== 'ollama') return;
  expect([stream, PROTOCOLS[protocol].messageOf(JSON.parse(reply.text))]).toEqual([stream, expect.stringMatching(/./)]);
}

test('nothing private leaves the machine: whatever is set, learned, pinned, named, failing or low on battery', async () => {
  const seen = { answered: 0, refused: 0, publicCloud: 0 };
  const scenario = fc.record({
    settings,
    power,
    script: fc.constantFrom(...Object.keys(ANSWERS)),
    publicOnes: fc.array(asking, { minLength: 2, maxLength: 4 }),
    privateOnes: fc.array(asking, { minLength: 10, maxLength: 16 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      local.script(ANSWERS[given.script] ?? hangingUp());
      const battery = new FakePower();
      battery.reading = given.power;
      const app = { createdAtMs: 0, name: 'App' };
      const engine = await startTestEngine({
        folder,
        machine: unknownMachine({ power: [battery] }),
        settings: {
          ...given.settings,
          ollama: { enabled: true, baseUrl: local.url },
          providers: [
            { id: 'one', name: 'One', kind: 'openai', track: 'cloud', baseUrl: one.url, auth: 'none' },
            { id: 'two', name: 'Two', kind: 'anthropic', track: 'cloud', baseUrl: two.url, auth: 'none' },
          ],
          prices: { overrides: [{ endpoint: CLOUD.id, input: 1, output: 5 }] },
          apps: [
            { ...app, id: 'kept', keyHash: hashAppKey(KEYS.private), private: true },
            { ...app, id: 'open', keyHash: hashAppKey(KEYS.public) },
          ],
        },
      });
      const client = createKeepAliveClient(engine.url);
      const ask = (asked: Asking) =>
        client.post(asked.path, bodyOf(asked, given.settings.models.substitutions), headersOf(asked));
      try {
        // What is not private leaves its traces first: conversations, breakers, lessons.
        const before = one.calls.length + two.calls.length;
        for (const asked of [...PUBLIC, ...given.publicOnes]) await ask({ ...asked, isPublic: true });
        seen.publicCloud += one.calls.length + two.calls.length - before;
        const since = { one: one.received.length, two: two.received.length, local: local.received.length };
        const replies = await Promise.all(given.privateOnes.map(ask));
        expect(leaks(since)).toEqual([]);
        given.privateOnes.forEach((asked, place) => {
          const reply = replies[place];
          if (reply === undefined) throw new Error('no reply');
          expectClear(asked, reply);
          const { substitutions } = given.settings.models;
          if (mustBeAnswered(asked, { script: given.script, substitutions })) expect(reply.status).toBe(200);
          seen[reply.status === 200 ? 'answered' : 'refused'] += 1;
        });
      } finally {
        client.stop();
        await engine.stop();
      }
    }),
    { numRuns: 40 },
  );
  expect(Math.min(seen.answered, seen.refused, seen.publicCloud)).toBeGreaterThan(10);
}, 120_000);
