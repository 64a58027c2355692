import { z } from 'zod';
import { rankedProvider, type RankedProvider } from '../../../../src-shared/jobs.ts';
import type { Clock } from '../../ports.ts';
import type { JsonValue } from '../../protocols/json.ts';
import type { ProviderCalls } from '../../store/provider-calls.ts';
import type { FindingDraft, JobKind, JobResult, JobResults, JobWork, Planned, UnitOutcome } from '../job-kind.ts';
import { DAY_PREFIX, dayKey, dayOf, parseDayKey, startOfDay } from './day-keys.ts';
import { addCall, addSums, noSums, parseSums, printSums, type ProviderSums } from './provider-sums.ts';
import { byRank, rankProvider } from './rank-provider.ts';

export interface RankingParts {
  clock: Clock;
  calls: Pick<ProviderCalls, 'lastSeq' | 'firstSeqSince' | 'between'>;
  results: JobResults;
  /** Those that are configured, in their order. */
  providers: () => readonly { id: string; name: string }[];
  targetMs: () => number;
}

const RECENT_DAYS = 7;
const DAYS = 28;
/** Requests of one unit, and those that are read before others have their turn: about 60 and 3 ms. */
const UNIT_REQUESTS = 5_000;
const SLICE_REQUESTS = 250;
/** Requests are numbered as they end, so some that began before a moment come after the first that began behind it. */
const SLACK_REQUESTS = 1_000;

const CURSOR = 'cursor';
const RANKING = 'ranking';

const seq = z.int().min(0);
const checkpoint = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('sum'), after: seq, upTo: seq, units: seq }),
  z.strictObject({ step: z.literal('rank'), units: seq }),
]);
type Checkpoint = z.infer<typeof checkpoint>;

/**
 * Sums every recorded call once, by day and provider, and ranks the providers by the last four weeks. The ranking is for
 * people only: routing predicts every endpoint by itself from fresher and finer figures, and which of two providers of the
 * same model gets a prompt by its plain name is the person's own order, which no background work should turn round.
 */
export function createProviderRankingJob(parts: RankingParts): JobKind<Checkpoint> {
  return {
    name: 'provider-ranking',
    title: 'Provider ranking',
    description: 'Compares how providers answered in the last weeks, and tells when one gets worse. Calls nobody.',
    heavy: false,
    checkpoint,
    plan: () => plan(parts),
    unit: (at, work) => (at.step === 'sum' ? sum(parts, at, work) : rank(parts, at, work)),
  };
}

/** The ranking as of the last run, with the providers that came since; quick. */
export function readRanking(parts: Pick<RankingParts, 'results' | 'providers' | 'targetMs'>): RankedProvider[] {
  const kept = z.array(rankedProvider).safeParse(parts.results.read('provider-ranking', RANKING));
  const byId = new Map((kept.success ? kept.data : []).map((each) => [each.providerId, each]));
  const targetMs = parts.targetMs();
  return parts
    .providers()
    .map(
      ({ id, name }) =>
        byId.get(id) ?? rankProvider({ providerId: id, name, recent: noSums(), before: noSums(), targetMs }),
    )
    .sort(byRank);
}

function plan({ clock, calls, results }: RankingParts): Planned<Checkpoint> {
  const upTo = calls.lastSeq();
  const summed = seq.safeParse(results.read('provider-ranking', CURSOR));
  const oldest = calls.firstSeqSince(startOfDay(firstDay(clock)));
  // After erasing, the numbers begin anew.
  const before = summed.success && summed.data <= upTo ? summed.data : 0;
  const after = oldest === null ? upTo : Math.max(before, oldest - SLACK_REQUESTS, 0);
  const units = Math.ceil(Math.max(0, upTo - after) / UNIT_REQUESTS) + 1;
  return {
    kind: 'begin',
    checkpoint: after < upTo ? { step: 'sum', after, upTo, units } : { step: 'rank', units },
    unitsTotal: units,
  };
}

async function sum(
  parts: RankingParts,
  { after, upTo, units }: Extract<Checkpoint, { step: 'sum' }>,
  work: JobWork,
): Promise<UnitOutcome<Checkpoint>> {
  work.doing('Summing what was recorded');
  const oldestDay = firstDay(parts.clock);
  const end = Math.min(after + UNIT_REQUESTS, upTo);
  const days = new Map<string, ProviderSums>();
  for (let from = after; from < end; from += SLICE_REQUESTS) {
    for (const call of parts.calls.between(from, Math.min(from + SLICE_REQUESTS, end))) {
      const day = dayOf(call.atMs);
      if (day >= oldestDay) addCall(sumsOf(parts, days, dayKey(day, call.providerId)), call);
    }
    await work.breathe();
  }
  const results = [...days].map(([key, sums]): JobResult => keep(key, printSums(sums)));
  return {
    next: end < upTo ? { step: 'sum', after: end, upTo, units } : { step: 'rank', units },
    unitsTotal: units,
    doing: end < upTo ? 'Summing what was recorded' : 'Comparing providers',
    results: [...results, keep(CURSOR, end)],
  };
}

function sumsOf({ results }: RankingParts, days: Map<string, ProviderSums>, key: string): ProviderSums {
  const known = days.get(key);
  if (known !== undefined) return known;
  const sums = parseSums(results.read('provider-ranking', key)) ?? noSums();
  days.set(key, sums);
  return sums;
}

async function rank(parts: RankingParts, { units }: Checkpoint, work: JobWork): Promise<UnitOutcome<Checkpoint>> {
  work.doing('Comparing providers');
  const today = dayOf(parts.clock.nowMs());
  const oldestDay = firstDay(parts.clock);
  const histories = new Map<string, { recent: ProviderSums; before: ProviderSums }>();
  const tooOld: JobResult[] = [];
  for (const { key, value } of parts.results.list('provider-ranking', DAY_PREFIX)) {
    const place = parseDayKey(key);
    const sums = parseSums(value);
    if (place === null || sums === null || place.day < oldestDay) {
      tooOld.push(keep(key, null));
      continue;
    }
    const history = histories.get(place.providerId) ?? { recent: noSums(), before: noSums() };
    addSums(place.day > today - RECENT_DAYS ? history.recent : history.before, sums);
    histories.set(place.providerId, history);
    await work.breathe();
  }
  const targetMs = parts.targetMs();
  const ranked = parts
    .providers()
    .map(({ id, name }) => {
      const { recent, before } = histories.get(id) ?? { recent: noSums(), before: noSums() };
      return rankProvider({ providerId: id, name, recent, before, targetMs });
    })
    .sort(byRank);
  return {
    next: null,
    unitsTotal: units,
    found: toFound(ranked),
    results: [...tooOld, keep(RANKING, ranked)],
    findings: ranked.flatMap((each) => (each.trend === 'degrading' ? toFinding(each) : [])),
    resolves: { keyPrefixes: ['degrading/'] },
  };
}

function toFinding({ providerId, sentence }: RankedProvider): FindingDraft {
  const action = { label: 'Look at its requests', view: 'requests', proposalId: null };
  return { key: `degrading/${providerId}`, severity: 'low', sentence, action };
}

function toFound(ranked: readonly RankedProvider[]): string {
  const scored = ranked.filter(({ score }) => score !== null);
  const [best] = scored;
  if (best === undefined) return 'Too few calls were recorded to compare providers.';
  const worse = ranked.filter(({ trend }) => trend === 'degrading').length;
  const others = worse === 0 ? 'none got worse' : worse === 1 ? 'one got worse' : `${worse} got worse`;
  return `Compared ${scored.length === 1 ? '1 provider' : `${scored.length} providers`}: ${best.providerId} does best, ${others}.`;
}

function firstDay(clock: Clock): number {
  return dayOf(clock.nowMs()) - DAYS + 1;
}

function keep(key: string, value: JsonValue | null): JobResult {
  return { key, value, requestId: null };
}
