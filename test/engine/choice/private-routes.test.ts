import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appSettings, type AppSettings } from '../../../src-shared/settings.ts';
import { STRATEGIES } from '../../../src-shared/strategy.ts';
import type { ChatMessage, ChatRequest } from '../../../src-main/engine/protocols/chat-request.ts';
import type { RequestPins } from '../../../src-main/engine/routing/decision.ts';
import { UNKNOWN_CAPABILITIES, type Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import { UNKNOWN_MACHINE } from '../../../src-main/engine/routing/machine-state.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { makeCall, makeResult } from '../optimizer/make-result.ts';
import { chooserForTest, GREETING, type ChooserForTest } from './chooser-for-test.ts';

const able = { ...UNKNOWN_CAPABILITIES, text: true, tools: true };
const local = (model: string, changes: Partial<Endpoint> = {}): Endpoint =>
  makeEndpoint({ providerId: 'ollama', model, track: 'local', protocol: 'ollama', capabilities: able, ...changes });
const embeds = { ...UNKNOWN_CAPABILITIES, text: false, embeddings: true };

const CLAUDE = makeEndpoint({ providerId: 'two', model: 'claude', protocol: 'anthropic', capabilities: able });

const ENDPOINTS: readonly Endpoint[] = [
  local('small:3b', { sizeBytes: 2e9, loaded: true }),
  local('large:32b', { sizeBytes: 19e9, loaded: false }),
  local('shared'),
  local('vectors', { capabilities: embeds }),
  // Listed by the Ollama of this machine, and run elsewhere.
  local('remote:cloud', { track: 'cloud' }),
  makeEndpoint({ providerId: 'one', model: 'big', capabilities: able }),
  makeEndpoint({ providerId: 'one', model: 'shared', capabilities: able }),
  makeEndpoint({ providerId: 'one', model: 'cloud-vectors', capabilities: embeds }),
  CLAUDE,
];
const LOCAL_IDS = ENDPOINTS.filter(({ track }) => track === 'local').map(({ id }) => id);
const CLOUD_IDS = ENDPOINTS.filter(({ track }) => track === 'cloud').map(({ id }) => id);
const NAMES = [
  'auto',
  ...['auto', 'fast', 'best', 'cheap', 'private', 'private:latest'].map((name) => `pointsman/${name}`),
  ...ENDPOINTS.flatMap(({ id, model }) => [id, model]),
  ...['local/shared', 'cloud/shared', 'cloud/big', 'local/big', 'gpt-4o', 'nobody'],
];
const APPS = [null, 'editor', 'agent'];

/** An agent that goes round in circles with a cloud model whose thinking is signed: all that could draw it back there. */
const STUCK: ChatMessage[] = [
  { role: 'user', parts: [{ type: 'text', text: 'Repair the test' }] },
  ...[1, 2].flatMap((number): ChatMessage[] => [
    {
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'Hm', signature: 'c2ln' },
        { type: 'tool_call', id: `call-${number}`, name: 'run', arguments: { command: 'npm test' } },
      ],
    },
    {
      role: 'tool',
      parts: [
        { type: 'tool_result', callId: `call-${number}`, content: [{ type: 'text', text: 'Error' }], isError: true },
      ],
    },
  ]),
];
const REQUESTS: readonly (Omit<ChatRequest, 'model'> | null)[] = [
  GREETING,
  { mode: 'chat', messages: STUCK, stream: true, tools: [{ name: 'run' }] },
  { ...GREETING, output: { type: 'json' } },
  { ...GREETING, mode: 'completion', maxOutputTokens: 50 },
  null,
];

/** Mostly the usual value, so that whatever else is said has a say. */
const mostly = <Value>(usual: Value, others: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
const optional = <Value>(value: fc.Arbitrary<Value>) => mostly<Value | undefined>(undefined, value);
const pins: fc.Arbitrary<RequestPins> = fc
  .record({
    track: optional(fc.constantFrom('local' as const, 'cloud' as const)),
    strategy: optional(fc.constantFrom(...STRATEGIES)),
    private: optional(fc.constant(true as const)),
    deadlineMs: optional(fc.constantFrom(1, 500, 60_000)),
    importance: optional(fc.constantFrom('low' as const, 'normal' as const, 'high' as const)),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
const app: fc.Arbitrary<AppSettings | null> = fc.option(
  fc
    .record({
      private: fc.boolean(),
      tracks: mostly<string[] | null>(null, fc.constantFrom(['cloud'], ['local'], ['local', 'cloud'])),
      models: mostly<string[] | null>(null, fc.constantFrom(CLOUD_IDS, ['small:3b', 'big'])),
      maxCostPerRequestUsd: mostly<number | null>(null, fc.constantFrom(0, 1)),
    })
    .map((given) =>
      appSettings.parse({ id: 'editor', name: 'Editor', keyHash: '0'.repeat(64), createdAtMs: 0, ...given }),
    ),
);
const budget = mostly<{ dayUsd?: number }>({}, fc.constantFrom({ dayUsd: 0 }, { dayUsd: 100 }));
const settings = fc.record({
  privacy: fc.record({ localOnly: mostly(false, fc.constant(true)) }),
  models: fc.record({
    substitutions: fc.dictionary(
      fc.constantFrom('gpt-4o', 'auto', 'pointsman/private', 'small:3b', 'shared'),
      fc.constantFrom(...NAMES),
      { maxKeys: 3 },
    ),
    preferredLocal: mostly<string[]>([], fc.subarray(LOCAL_IDS)),
    preferredCloud: mostly<string[]>([], fc.subarray(CLOUD_IDS)),
  }),
  optimizer: fc.record({
    enabled: fc.boolean(),
    strategy: fc.constantFrom(...STRATEGIES),
    cloudShare: fc.constantFrom(null, 0, 0.5, 1),
    hedging: fc.boolean(),
    cascade: fc.boolean(),
    bridging: fc.boolean(),
  }),
  budgets: fc.record({ total: budget, unknownPrices: fc.constantFrom('refuse', 'allow') }),
  constraints: fc.record({ maxCostPerRequestUsd: fc.constantFrom(null, 0.01) }),
});
const machine = fc
  .record({
    onBattery: fc.constantFrom(null, true, false),
    batteryPercent: fc.constantFrom(null, 3, 90),
    thermal: fc.constantFrom(null, 'nominal' as const, 'serious' as const, 'critical' as const),
    memoryFreeBytes: fc.constantFrom(null, 1e9, 64e9),
    online: mostly<boolean | null>(null, fc.boolean()),
  })
  .map((given) => ({ ...UNKNOWN_MACHINE, ...given }));

/** Told apart from what the engine does: by the words of the person alone. */
function mustStay(
  wish: { model: string; pins: RequestPins; app: AppSettings | null },
  chooser: ChooserForTest,
): boolean {
  const { privacy, models } = chooser.around.settings;
  const names = [wish.model, models.substitutions[wish.model] ?? ''];
  return (
    privacy.localOnly ||
    wish.pins.private === true ||
    wish.app?.private === true ||
    names.some((name) => name === 'pointsman/private' || name === 'pointsman/private:latest')
  );
}

/** Hundreds of answers that say: the cloud is good, and what runs here is not. Conversations of every app are there too. */
async function teach(chooser: ChooserForTest): Promise<void> {
  const { optimizer, clock } = chooser;
  const words = ['Hello there', 'Repair the test', 'Write a letter', 'Prove the lemma'];
  for (let round = 0; round < 200; round += 1) {
    for (const endpoint of ENDPOINTS) {
      const id = `${endpoint.id} ${round}`;
      optimizer.recordRequestStart(id, words[round % words.length] ?? '');
      const call = makeCall({ endpoint, firstTokenMs: endpoint.track === 'local' ? 20_000 : 50 });
      optimizer.recordRequestCompletion(id, endpoint.track, makeResult({ calls: [call] }), true);
      optimizer.giveFeedback({ requestId: id, quality: endpoint.track === 'local' ? 0 : 1 });
    }
    optimizer.learnNow();
  }
  await clock.advance(120_000);
  for (const name of APPS) {
    const opening: ChatRequest = { model: 'auto', mode: 'chat', messages: STUCK.slice(0, 1), stream: false };
    const id = `conversation of ${name ?? 'nobody'}`;
    optimizer.recordRequestStart(id, opening, { app: name });
    const calls = [makeCall({ endpoint: CLAUDE })];
    optimizer.recordRequestCompletion(id, 'cloud', makeResult({ calls }), true);
  }
}

describe('a private request', () => {
  test('has no way to the cloud: by no setting, name, pin, app, lesson, failure or state of the machine', async () => {
    let state = 1;
    const chooser = chooserForTest({
      endpoints: ENDPOINTS,
      random: () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647,
    });
    await teach(chooser);
    const seen = { private: 0, answered: 0, refused: 0, publicCloud: 0 };
    const wish = fc.record({
      settings,
      machine,
      model: fc.constantFrom(...NAMES),
      pins,
      app,
      name: fc.constantFrom(...APPS),
      request: fc.constantFrom(...REQUESTS),
      blocked: mostly<string[]>([], fc.subarray([...LOCAL_IDS, ...CLOUD_IDS])),
      capability: fc.constantFrom('text' as const, 'embeddings' as const),
    });
    await fc.assert(
      fc.asyncProperty(wish, async (given) => {
        chooser.adopt(given.settings);
        chooser.around.machine = given.machine;
        chooser.around.blocked = ({ id }) => (given.blocked.includes(id) ? 'it failed repeatedly' : null);
        const route = await chooser.find({
          model: given.model,
          caller: { name: given.name, app: given.app, pins: given.pins },
          request: given.request,
          capabilities: given.request === null ? [given.capability] : ['text'],
        });
        const goesOut = route.found && route.plan.candidates.some(({ track }) => track === 'cloud');
        if (!mustStay(given, chooser)) {
          seen.publicCloud += goesOut ? 1 : 0;
          return;
        }
        seen.private += 1;
        expect(goesOut).toBe(false);
        if (route.found) {
          seen.answered += 1;
          expect(route.plan.candidates.length).toBeGreaterThan(0);
          expect(route.plan.warm?.track ?? 'local').toBe('local');
        } else {
          seen.refused += 1;
          expect(route.failure.message).not.toContain('. .');
          expect(route.failure.message.length).toBeGreaterThan(20);
        }
      }),
      { numRuns: 6_000 },
    );
    // The property is about something: there were private requests of both endings, and others did go out.
    expect(Math.min(seen.private, seen.answered, seen.refused, seen.publicCloud)).toBeGreaterThan(500);
  });
});

describe('what is refused because it is private', () => {
  test('is told so, by name of every model that was left out', async () => {
    const chooser = chooserForTest({ endpoints: ENDPOINTS.filter(({ track }) => track === 'cloud') });
    for (const request of [GREETING, null]) {
      const route = await chooser.find({ model: 'pointsman/private', request, capabilities: ['text'] });
      expect(route).toMatchObject({ found: false, failure: { code: 'forbidden' } });
      if (!route.found) expect(route.failure.message).toContain('one/big: must stay on this machine');
    }
  });

  test('also when the optimizer is off', async () => {
    const chooser = chooserForTest({ endpoints: ENDPOINTS.filter(({ track }) => track === 'cloud') });
    chooser.adopt({ optimizer: { enabled: false } });
    expect(await chooser.find({ model: 'pointsman/private' })).toMatchObject({
      found: false,
      failure: { code: 'forbidden', message: expect.stringContaining('must stay on this machine') as string },
    });
  });
});
