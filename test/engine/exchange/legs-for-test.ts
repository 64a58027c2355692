import { onTestFinished } from 'vitest';
import type { ProviderKind } from '../../../src-shared/catalogue.ts';
import { settings as settingsSchema } from '../../../src-shared/settings.ts';
import type { ExchangeContext } from '../../../src-main/engine/exchange/context.ts';
import { Deadlines } from '../../../src-main/engine/exchange/deadlines.ts';
import type { RouteChoice, RouteFinder } from '../../../src-main/engine/exchange/find-route.ts';
import type { ExchangeOutcome, RouteTicket } from '../../../src-main/engine/exchange/job.ts';
import { serveChat } from '../../../src-main/engine/exchange/serve-chat.ts';
import type { FormatName } from '../../../src-main/engine/protocols/chat-request.ts';
import { Lanes } from '../../../src-main/engine/providers/lanes.ts';
import { UpstreamClient } from '../../../src-main/engine/providers/upstream-client.ts';
import type { Endpoint } from '../../../src-main/engine/routing/endpoint.ts';
import type { RequestRecord } from '../../../src-main/engine/store/records.ts';
import { makeEndpoint } from '../../support/make-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RecordingSink } from '../../support/recording-sink.ts';
import { SilentLog } from '../../support/silent-log.ts';
import { startUpstream, type Upstream } from '../../support/upstreams/start-upstream.ts';

/** Everything between a parsed call and three scripted upstreams, with a chooser that does what the test says. */
export interface Legs {
  /** On the local track, and first. */
  local: Upstream;
  cloud: Upstream;
  /** On the cloud track, and last. */
  third: Upstream;
  endpoints: readonly [Endpoint, Endpoint, Endpoint];
  clock: ManualClock;
  lanes: Lanes;
  deadlines: Deadlines;
  log: SilentLog;
  /** In the order in which requests ended. */
  records: RequestRecord[];
  outcomes: ExchangeOutcome[];
  /** Ids of the endpoints that were to be loaded ahead. */
  warmed: string[];
  /** What the chooser says; to be changed before `ask`. */
  choice: RouteChoice;
  ask(options?: AskOptions): RecordingSink;
  /** Places taken or waited for at any endpoint, and requests under way: nothing when all is over. */
  leftovers(): { places: number; requests: number };
}

export interface AskOptions {
  surface?: FormatName;
  stream?: boolean;
  body?: Record<string, unknown>;
}

export interface LegsOptions {
  kinds?: readonly [ProviderKind, ProviderKind, ProviderKind];
  path?: RouteChoice['path'];
  hedgeAfterMs?: number | null;
  /** Per endpoint. */
  concurrency?: number;
  ticket?: RouteTicket | null;
  limits?: RouteChoice['limits'];
  keeper?: ExchangeContext['keeper'];
}

const IDS = ['local', 'cloud', 'third'] as const;

export async function legsForTest(options: LegsOptions = {}): Promise<Legs> {
  const kinds = options.kinds ?? (['ollama', 'openai', 'openai'] as const);
  const models = [{ name: 'm', capabilities: ['completion', 'tools'] }];
  const upstreams: Upstream[] = [];
  for (const kind of kinds) upstreams.push(await startUpstream({ kind, models }));
  const [local, cloud, third] = upstreams;
  if (local === undefined || cloud === undefined || third === undefined) throw new Error('three kinds are wanted');
  const clock = new ManualClock();
  const client = new UpstreamClient({ connectTimeoutMs: 5_000, clock });
  onTestFinished(async () => {
    await client.close();
    await Promise.all([local.stop(), cloud.stop(), third.stop()]);
  });
  const endpoints = [endpointFor(0, kinds[0]), endpointFor(1, kinds[1]), endpointFor(2, kinds[2])] as const;
  const places = options.concurrency ?? 100;
  const limits = {
    concurrency: { local: places, cloud: places },
    queueLength: 10,
    queueWaitMs: 20_000,
    concurrencyOf: () => null,
  };
  const lanes = new Lanes({ clock, limits });
  const deadlines = new Deadlines(clock);
  const log = new SilentLog();
  const records: RequestRecord[] = [];
  const outcomes: ExchangeOutcome[] = [];
  const warmed: string[] = [];
  const choice: RouteChoice = {
    path: options.path ?? 'single',
    candidates: endpoints,
    refusals: [],
    limits: options.limits ?? null,
    hedgeAfterMs: options.hedgeAfterMs ?? null,
    warm: null,
    reason: 'the test says so',
    ticket: options.ticket === undefined ? keepingTicket(outcomes) : options.ticket,
  };
  const settings = settingsSchema.parse({});
  const context: ExchangeContext = {
    clock,
    log,
    client,
    lanes,
    deadlines,
    settings: () => settings,
    providers: { access: (id) => accessOf(id, kinds, upstreams), reportCredential: () => undefined },
    keeper: options.keeper ?? null,
    fetchImage: () => Promise.resolve({ ok: false, reason: 'no images here' }),
    warmUps: { begin: ({ id }) => void warmed.push(id) },
    priceCall: (endpoint, { outputTokens }) => ({
      costNanoUsd: endpoint.track === 'local' ? 0 : outputTokens,
      price: null,
    }),
    onRecord: (record) => void records.push(record),
  };
  const finder: RouteFinder = {
    context,
    models: {
      endpoints: () => endpoints,
      resolve: () => endpoints,
      nearestNames: () => [],
      refresh: () => Promise.resolve(),
      whyBlocked: () => null,
    },
    chooser: { choose: () => choice },
  };
  let asked = 0;
  return {
    leftovers() {
      const queues = endpoints.map((endpoint) => lanes.of(endpoint).queue);
      return { places: queues.reduce((sum, queue) => sum + queue.active + queue.waiting, 0), requests: deadlines.size };
    },
    local,
    cloud,
    third,
    endpoints,
    clock,
    lanes,
    deadlines,
    log,
    records,
    outcomes,
    warmed,
    choice,
    ask({ surface = 'openai-chat', stream = true, body = {} } = {}) {
      asked += 1;
      const sink = new RecordingSink();
      const call = {
        id: `request${asked}`,
        arrivedMs: clock.monotonicMs(),
        startedAtMs: clock.nowMs(),
        caller: { name: 'test', app: null, pins: {}, session: null },
        text: JSON.stringify({ model: 'pointsman/auto', ...PROMPTS[surface], stream, ...body }),
        query: '',
        protocolHeaders: [],
        apiVersion: null,
      };
      serveChat(finder, surface, call, sink);
      return sink;
    },
  };
}

/** Lets everybody through and keeps what it is told. */
function keepingTicket(outcomes: ExchangeOutcome[]): RouteTicket {
  return {
    wantsSigns: true,
    admit: () => null,
    settled(outcome) {
      outcomes.push(outcome);
      return { decision: null, referenceNanoUsd: 4_000, energyJoules: 2.5 };
    },
  };
}

const MESSAGES = { messages: [{ role: 'user', content: 'Hello' }] };

const PROMPTS: Readonly<Record<FormatName, Record<string, unknown>>> = {
  'openai-chat': MESSAGES,
  'openai-completions': { prompt: 'Hello' },
  'openai-responses': { input: 'Hello' },
  'ollama-chat': MESSAGES,
  'ollama-generate': { prompt: 'Hello' },
  'anthropic-messages': { ...MESSAGES, max_tokens: 4_000 },
};

function endpointFor(place: 0 | 1 | 2, kind: ProviderKind): Endpoint {
  return makeEndpoint({ providerId: IDS[place], track: place === 0 ? 'local' : 'cloud', protocol: kind });
}

function accessOf(id: string, kinds: readonly ProviderKind[], upstreams: readonly Upstream[]) {
  const place = IDS.findIndex((each) => each === id);
  const kind = kinds[place];
  const upstream = upstreams[place];
  if (kind === undefined || upstream === undefined) return null;
  const { origin, pathname } = new URL(upstream.url);
  const features = { responses: true, completions: true, embeddings: true, streamUsage: true };
  return { id, name: id, kind, origin, basePath: pathname === '/' ? '' : pathname, authHeaders: [], features };
}
