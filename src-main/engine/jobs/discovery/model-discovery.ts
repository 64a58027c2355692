import { z } from 'zod';
import type { Settings } from '../../../../src-shared/settings.ts';
import type { CatalogueEntry } from '../../../../src-shared/catalogue.ts';
import type { Clock } from '../../ports.ts';
import { isLoopback } from '../../providers/is-loopback.ts';
import { toProvider } from '../../providers/provider.ts';
import type { Registry } from '../../providers/registry.ts';
import type { requestJson } from '../../providers/request-json.ts';
import { resolveSecret, type SecretSources } from '../../providers/secret-resolver.ts';
import type { testProvider } from '../../providers/test-provider.ts';
import type { JobKind, JobResults, JobWork, Planned, UnitOutcome } from '../job-kind.ts';
import { compareModels, parseSeenModels } from './compare-models.ts';
import type { LocalSpot } from './local-servers.ts';
import { findLooseKeys, placeOf, toFreeTierSettings, type LooseKey } from './loose-keys.ts';
import { proposeFreeTier, proposeServer, toServerSettings } from './propose-provider.ts';
import { recogniseServer } from './recognise-server.ts';
import { tellNews } from './tell-news.ts';
import { untilAborted } from './until-aborted.ts';

export interface DiscoveryJobParts {
  clock: Clock;
  settings: () => Settings;
  registry: Pick<Registry, 'status' | 'snapshot' | 'refresh'>;
  secrets: SecretSources;
  results: JobResults;
  catalogue: readonly CatalogueEntry[];
  /** Where another server may run on this machine; every one loopback. */
  spots: readonly LocalSpot[];
  /** Base URLs that this Pointsman itself listens at. */
  ownAddresses: () => readonly string[];
  network: () => { online: boolean | null; metered: boolean | null };
  ask: typeof requestJson;
  test: typeof testProvider;
}

/** A key that was tried is tried again only after so long: whether a free tier is still there is no urgent matter. */
const TRY_AGAIN_MS = 7 * 86_400_000;

const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('models'), id: z.string() }),
  z.strictObject({ kind: z.literal('server'), id: z.string() }),
  z.strictObject({ kind: z.literal('free-tier'), id: z.string() }),
]);
const checkpoint = z.strictObject({
  /** What is still to be looked at; never empty. */
  todo: z.array(step).min(1),
  units: z.int().min(1),
  /** For the sentence at the end. */
  told: z.int().min(0),
  proposed: z.int().min(0),
  left: z.int().min(0),
});
type Step = z.infer<typeof step>;
type Checkpoint = z.infer<typeof checkpoint>;
interface Found extends Pick<UnitOutcome<Checkpoint>, 'results' | 'findings' | 'resolves' | 'proposals'> {
  /** News that were not told before. */
  news?: number;
  /** It was not looked at, because it is beyond this machine and the network is not for that now. */
  isLeft?: boolean;
}

/** Looks for models and servers that came or went. Proposes; uses nothing by itself, and sends no prompt to anybody. */
export function createModelDiscoveryJob(parts: DiscoveryJobParts): JobKind<Checkpoint> {
  return {
    name: 'model-discovery',
    title: 'New models and servers',
    description:
      'Reads the model lists of your providers, looks for other model servers on this machine, and tries keys that are here but not used.',
    heavy: false,
    checkpoint,
    plan: () => plan(parts),
    unit: (at, work) => unit(parts, at, work),
  };
}

function plan(parts: DiscoveryJobParts): Planned<Checkpoint> {
  const todo: Step[] = [
    ...parts.registry.status().flatMap(({ id, enabled }) => (enabled ? [{ kind: 'models' as const, id }] : [])),
    ...parts.spots.map(({ origin }) => ({ kind: 'server' as const, id: origin })),
    ...looseKeys(parts).flatMap((key) =>
      toFreeTierSettings(key) === null ? [] : [{ kind: 'free-tier' as const, id: key.entry.id }],
    ),
  ];
  if (todo.length === 0) return { kind: 'nothing', sentence: 'There is nothing to look at: no provider is set up.' };
  return {
    kind: 'begin',
    checkpoint: { todo, units: todo.length, told: 0, proposed: 0, left: 0 },
    unitsTotal: todo.length,
  };
}

async function unit(parts: DiscoveryJobParts, at: Checkpoint, work: JobWork): Promise<UnitOutcome<Checkpoint>> {
  const [now, ...todo] = at.todo;
  if (now === undefined) return { next: null, unitsTotal: at.units };
  work.doing(DOING[now.kind](now.id));
  const { isLeft = false, news = 0, ...found } = await STEPS[now.kind](parts, now.id, work);
  const told = at.told + news;
  const proposed = at.proposed + (found.proposals?.length ?? 0);
  const left = at.left + (isLeft ? 1 : 0);
  const [coming] = todo;
  if (coming === undefined) {
    return { ...found, next: null, unitsTotal: at.units, found: toSentence({ told, proposed, left }) };
  }
  return {
    ...found,
    next: { todo, units: at.units, told, proposed, left },
    unitsTotal: at.units,
    doing: DOING[coming.kind](coming.id),
  };
}

const DOING: Readonly<Record<Step['kind'], (id: string) => string>> = {
  models: (id) => `Reading the model list of ${id}`,
  server: (origin) => `Looking whether a model server runs at ${origin}`,
  'free-tier': (id) => `Trying the key for ${id}`,
};

type Look = (parts: DiscoveryJobParts, id: string, work: JobWork) => Promise<Found>;

const STEPS: Readonly<Record<Step['kind'], Look>> = { models: lookAtModels, server: lookAtSpot, 'free-tier': tryKey };

/** By the registry's own look, which every request profits from. A list that could not be read now says nothing. */
async function lookAtModels(parts: DiscoveryJobParts, id: string, work: JobWork): Promise<Found> {
  const { registry, results, clock, settings } = parts;
  const before = registry.status().find((each) => each.id === id);
  if (before?.enabled !== true) return {};
  if (!mayCall(parts, before.baseUrl)) return { isLeft: true };
  await untilAborted(registry.refresh(id), work.signal);
  const provider = registry.status().find((each) => each.id === id);
  if (provider === undefined || (provider.state !== 'healthy' && provider.state !== 'degraded')) return {};
  const listed = registry.snapshot().endpoints.flatMap(({ providerId, model }) => (providerId === id ? model : []));
  const key = `models/${id}`;
  const known = parseSeenModels(results.read('model-discovery', key));
  // A provider that suddenly lists nothing has trouble of its own; an Ollama may well be empty.
  if (listed.length === 0 && provider.kind !== 'ollama') return {};
  const seen = compareModels(known, listed, clock.nowMs());
  return {
    results: [{ key, value: seen, requestId: null }],
    findings: seen.news.map((news) => tellNews(provider, news, settings())),
    resolves: { keyPrefixes: [`new/${id}/`, `gone/${id}/`] },
    news: seen.news.filter((each) => known?.news.includes(each) !== true).length,
  };
}

async function lookAtSpot(parts: DiscoveryJobParts, origin: string, work: JobWork): Promise<Found> {
  const { hostname } = new URL(origin);
  if (!isLoopback(hostname)) return {};
  const configured = parts.registry.status();
  const known = [...configured.map(({ baseUrl }) => baseUrl), ...parts.ownAddresses()];
  if (known.some((each) => isSamePlace(each, origin))) return {};
  const server = await recogniseServer(origin, { clock: parts.clock, ask: parts.ask, signal: work.signal });
  work.signal.throwIfAborted();
  if (server === null) return {};
  const taken = new Set(configured.map(({ id }) => id));
  const provider = toServerSettings(server, taken);
  return provider === null ? {} : { proposals: [proposeServer(server, provider)] };
}

/** The key is tried on the provider's own list and nothing else. One that is refused is nobody's news. */
async function tryKey(parts: DiscoveryJobParts, id: string, work: JobWork): Promise<Found> {
  const { clock, results, secrets, test } = parts;
  const found = looseKeys(parts).find(({ entry }) => entry.id === id);
  const provider = found === undefined ? null : toFreeTierSettings(found);
  if (found === undefined || provider === null) return {};
  if (!mayCall(parts, provider.baseUrl)) return { isLeft: true };
  const key = `free-tier/${id}`;
  const tried = z.object({ atMs: z.number() }).safeParse(results.read('model-discovery', key));
  if (tried.success && clock.nowMs() - tried.data.atMs < TRY_AGAIN_MS) return {};
  const { value: secret } = resolveSecret(provider, secrets);
  const { keyCheckPath } = found.entry;
  const { signal } = work;
  const { ok, models } = await test({ provider: toProvider(provider), secret, keyCheckPath, clock, signal });
  signal.throwIfAborted();
  const facts = { entry: found.entry, where: placeOf(found), models: models.length };
  return {
    results: [{ key, value: { atMs: clock.nowMs(), ok }, requestId: null }],
    proposals: ok ? [proposeFreeTier(provider, facts)] : [],
  };
}

function looseKeys({ catalogue, registry, secrets }: DiscoveryJobParts): LooseKey[] {
  return findLooseKeys({ catalogue, secrets, configured: registry.status() });
}

/** Beyond this machine only with a network that is not paid by volume, and never while everything stays local. */
function mayCall({ network, settings }: DiscoveryJobParts, baseUrl: string): boolean {
  if (isLoopback(new URL(baseUrl).hostname)) return true;
  const { online, metered } = network();
  return online !== false && metered !== true && !settings().privacy.localOnly;
}

/** The same port of this machine, whatever it is called. */
function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  const isHere = (url: URL) => isLoopback(url.hostname) || url.hostname === '0.0.0.0' || url.hostname === '[::]';
  return a.port === b.port && (a.hostname === b.hostname || (isHere(a) && isHere(b)));
}

function toSentence({ told, proposed, left }: Pick<Checkpoint, 'told' | 'proposed' | 'left'>): string {
  const news = told === 0 ? 'No news of models' : told === 1 ? 'One piece of news of models' : `${told} news of models`;
  const offers = proposed === 0 ? '' : proposed === 1 ? ', one proposal' : `, ${proposed} proposals`;
  const rest =
    left === 0
      ? ''
      : ` ${left === 1 ? 'One provider was' : `${left} providers were`} left out: the network is not for it.`;
  return `${news}${offers}.${rest}`;
}
