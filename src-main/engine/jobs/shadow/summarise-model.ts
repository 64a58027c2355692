import type { Interval } from '../../../../src-shared/jobs.ts';
import { stratumOf } from './cost-class.ts';
import { estimateShare, type SharePoint } from './estimate/estimate-share.ts';
import { correctVerdict } from './judge/weigh-verdict.ts';
import { verdictOf, type PairRecord, type SeenRecord } from './records.ts';
import type { ShadowBook } from './shadow-book.ts';

/** How a local model would have done on what the cloud answered. */
export interface ModelSummary {
  endpoint: string;
  judged: number;
  methods: { exact: number; localJudge: number; cloudJudge: number; undecided: number };
  /** Share of requests that it would have answered as well. */
  quality: Interval | null;
  /** The same as a share of their cost. */
  ofMoney: Interval | null;
}

/**
 * What a pair counts in an estimate: what comparing says, else the first look of a judge, freed of its errors. Of the first
 * only, because the judge's error rates are those of all its first looks. null: nobody who can be believed has looked.
 */
export function valueOf(book: ShadowBook, pair: PairRecord): { value: number; judge: string | null } | null {
  if (pair.exact !== null) return { value: pair.exact, judge: null };
  const [look] = pair.judged;
  if (look === undefined) return null;
  const quality = book.judgeQuality(look.judge);
  return quality.usable ? { value: correctVerdict(look.value, quality), judge: look.judge } : null;
}

export function summariseModel(book: ShadowBook, endpoint: string): ModelSummary {
  const pairs = [...book.pairs].filter((pair) => pair.endpoint === endpoint && isMeasure(book.seenOf(pair.requestId)));
  const verdicts = pairs.map(verdictOf);
  const count = (method: string) =>
    verdicts.filter((verdict) => verdict?.method === method && verdict.value !== 0.5).length;
  const [exact, localJudge, cloudJudge] = [count('exact'), count('local_judge'), count('cloud_judge')];
  return {
    endpoint,
    judged: exact + localJudge + cloudJudge,
    methods: { exact, localJudge, cloudJudge, undecided: pairs.length - exact - localJudge - cloudJudge },
    quality: estimate(book, pairs, () => 1),
    ofMoney: estimate(book, pairs, ({ costNanoUsd }) => costNanoUsd ?? 0),
  };
}

/** Answered by the cloud, with an answer that others can be compared with. */
export function isMeasure(prompt: SeenRecord | null): prompt is SeenRecord {
  return prompt !== null && prompt.track === 'cloud' && prompt.noMeasure === null;
}

function estimate(
  book: ShadowBook,
  pairs: readonly PairRecord[],
  sizeOf: (prompt: SeenRecord) => number,
): Interval | null {
  const strata = new Map<string, number>();
  for (const prompt of book.seen.values()) {
    if (isMeasure(prompt)) addTo(strata, stratumOf(prompt), sizeOf(prompt));
  }
  const points: SharePoint[] = [];
  const missing = new Map<string, number>();
  for (const pair of pairs) {
    const prompt = book.seenOf(pair.requestId);
    if (prompt === null) continue;
    const stratum = stratumOf(prompt);
    const size = sizeOf(prompt);
    const found = valueOf(book, pair);
    if (found === null) addTo(missing, stratum, size);
    else points.push({ stratum, size, ...found });
  }
  const rates = new Map(book.judges.map((judge) => [judge, book.judgeQuality(judge)]));
  return estimateShare({ points, strata, missing, rates });
}

function addTo(sums: Map<string, number>, key: string, size: number): void {
  sums.set(key, (sums.get(key) ?? 0) + size);
}
