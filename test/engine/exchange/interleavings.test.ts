import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import type { ExchangeContext } from '../../../src-main/engine/exchange/context.ts';
import { Deadlines } from '../../../src-main/engine/exchange/deadlines.ts';
import { Exchange } from '../../../src-main/engine/exchange/exchange.ts';
import type { ExchangeOutcome, Job } from '../../../src-main/engine/exchange/job.ts';
import { UNKNOWN_USAGE } from '../../../src-main/engine/protocols/chat-event.ts';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import type { RoutePath } from '../../../src-main/engine/routing/decision.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RecordingSink } from '../../support/recording-sink.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { ScriptedClient, type WireEvent } from './scripted-client.ts';
import { ScriptedRelay } from './scripted-relay.ts';

const WIRE_EVENTS: readonly WireEvent[] = ['head', 'role', 'content', 'finish', 'error', 'close', 'reset', 'refusal'];

type Step =
  | { kind: 'wire'; call: number; event: WireEvent }
  | { kind: 'time'; ms: number }
  | { kind: 'hangUp' }
  | { kind: 'stopReading' }
  | { kind: 'readAgain' }
  | { kind: 'freePlace' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('wire' as const),
      call: fc.nat(2),
      event: fc.constantFrom(...WIRE_EVENTS),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 50, 300, 900) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'hangUp' }, { kind: 'stopReading' }, { kind: 'readAgain' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'freePlace' }) },
);

interface Scene {
  path: RoutePath;
  hedgeAfterMs: number;
  /** The first endpoint's only place is taken at first. */
  isOccupied: boolean;
  /** The first endpoint is to be probed. */
  isProbed: boolean;
  /** What the chooser answers when it is asked about each candidate. */
  admitted: boolean[];
  isRefusal: boolean;
  steps: Step[];
}

const scene: fc.Arbitrary<Scene> = fc.record({
  path: fc.constantFrom('single', 'parallel', 'cascade'),
  hedgeAfterMs: fc.constantFrom(0, 100, 500),
  isOccupied: fc.boolean(),
  isProbed: fc.boolean(),
  admitted: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  isRefusal: fc.boolean(),
  steps: fc.array(step, { maxLength: 20 }),
});

const ENDPOINTS = ['a', 'b', 'c'].map((providerId) => makeEndpoint({ providerId }));
const LIMIT = { firstContentMs: 1_000, betweenContentMs: 1_000 };

function stage({ path, hedgeAfterMs, admitted, isRefusal }: Scene) {
  const clock = new ManualClock();
  const client = new ScriptedClient();
  const limits = { concurrency: { local: 1, cloud: 1 }, queueLength: 5, queueWaitMs: 2_000, concurrencyOf: () => null };
  const lanes = new Lanes({ clock, limits });
  const deadlines = new Deadlines(clock);
  const records: RequestRecord[] = [];
  const outcomes: ExchangeOutcome[] = [];
  const settings = settingsSchema.parse({});
  const context: ExchangeContext = {
    clock,
    log: new SilentLog(),
    client,
    lanes,
    deadlines,
    settings: () => settings,
    providers: { access: () => null, reportCredential: () => undefined },
    keeper: null,
    fetchImage: () => Promise.resolve({ ok: false, reason: 'no images here' }),
    warmUps: { begin: () => undefined },
    priceCall: () => ({ costNanoUsd: 1, price: null }),
    onRecord: (record) => void records.push(record),
  };
  const signs = { empty: false, truncated: false, refusal: isRefusal, invalidJson: null, invalidToolCall: null };
  const job: Job = {
    id: 'request',
    operation: 'openai-chat',
    arrivedMs: 0,
    startedAtMs: 0,
    app: null,
    requestedModel: 'auto',
    stream: true,
    keeping: null,
    streamType: 'text/event-stream',
    promptTokens: 5,
    route: {
      path,
      candidates: ENDPOINTS,
      limits: [LIMIT, LIMIT, LIMIT],
      hedgeAfterMs,
      warm: null,
      reason: 'chance',
      ticket: {
        wantsSigns: true,
        admit: ({ id }) => (admitted[ENDPOINTS.findIndex((each) => each.id === id)] === true ? null : 'not now'),
        settled(outcome) {
          outcomes.push(outcome);
          return { decision: null, referenceNanoUsd: null, energyJoules: null };
        },
      },
    },
    plan: ({ providerId }) => ({
      call: { origin: 'http://127.0.0.1:1', path: providerId, method: 'POST', headers: [], body: '' },
      adjusted: [],
      relay: new ScriptedRelay(providerId),
      tap: { signs: () => signs },
      readWhole: () => ({ body: '', usage: UNKNOWN_USAGE, finishReason: null, failure: null }),
    }),
    printError: () => ({ status: 502, body: '<error>' }),
    printStreamError: ({ code }) => `<${code}>`,
    heartbeat: () => ':',
  };
  return { clock, client, lanes, deadlines, records, outcomes, context, job };
}

async function play(scene: Scene) {
  const staged = stage(scene);
  const { clock, client, lanes, context, job } = staged;
  const [first] = ENDPOINTS;
  const lane = first === undefined ? null : lanes.of(first);
  if (scene.isProbed && lane !== null) {
    for (let count = 0; count < 5; count += 1) lanes.failed(lane, 'call');
    await clock.advance(10_000);
    job.arrivedMs = clock.monotonicMs();
  }
  let isOccupied = scene.isOccupied && lane?.queue.tryEnter() === true;
  const freePlace = () => {
    if (isOccupied) lane?.queue.leave();
    isOccupied = false;
  };
  const sink = new RecordingSink();
  new Exchange(context, job, sink).start();
  for (const each of scene.steps) {
    if (each.kind === 'wire') client.calls[each.call]?.happen(each.event);
    else if (each.kind === 'time') await clock.advance(each.ms);
    else if (each.kind === 'hangUp') sink.hangUp();
    else if (each.kind === 'stopReading') sink.takesMore = false;
    else if (each.kind === 'readAgain') sink.drain();
    else freePlace();
  }
  sink.drain();
  await clock.advance(8_000);
  freePlace();
  return { ...staged, sink };
}

/** Who speaks in what the client got, each once. */
function speakers(text: string): string[] {
  return [...new Set([...text.matchAll(/\[(\w)\w\]/gu)].map((match) => match[1] ?? ''))];
}

test('whatever happens in whatever order, there is one answer, everything is booked once, and nothing is left over', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (each) => {
      const { sink, records, outcomes, lanes, deadlines, client } = await play(each);
      expect(sink.complaints).toEqual([]);
      expect(sink.isEnded || sink.isGone).toBe(true);
      expect([records.length, outcomes.length, deadlines.size]).toEqual([1, 1, 0]);
      const attempts = records[0]?.attempts ?? [];
      const called = attempts.map(({ providerId }) => providerId);
      expect(new Set(called).size).toBe(called.length);
      expect(client.calls.every(({ isOver }) => isOver)).toBe(true);
      expect(client.calls.every(({ path }) => called.includes(path))).toBe(true);
      for (const endpoint of ENDPOINTS) {
        const { queue, breaker } = lanes.of(endpoint);
        expect([queue.active, queue.waiting]).toEqual([0, 0]);
        if (breaker.state === 'half_open') expect(breaker.mayEnter).toBe(true);
      }
      expect(speakers(sink.text).length).toBeLessThanOrEqual(1);
      const winners = attempts.filter(({ outcome }) => outcome === 'ok').map(({ providerId }) => providerId);
      expect(winners).toEqual(records[0]?.outcome === 'ok' ? [outcomes[0]?.answeredBy?.providerId] : []);
      if (winners.length > 0) expect([winners, []]).toContainEqual(speakers(sink.text));
    }),
    { numRuns: 400 },
  );
});
