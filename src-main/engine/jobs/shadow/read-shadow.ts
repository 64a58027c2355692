import type { ShadowView } from '../../../../src-shared/jobs.ts';
import { quantile } from '../../stats/quantile.ts';
import { describeShadow } from './describe-shadow.ts';
import { printAnswer } from './judge/judge-question.ts';
import { toAnswer } from './compare/answer-of.ts';
import { parseSealed } from './parse-sealed.ts';
import { verdictOf, type PairRecord } from './records.ts';
import type { ShadowParts } from './shadow-parts.ts';
import { summariseShadow } from './summarise-shadow.ts';
import { lastQuestion } from './last-question.ts';

type Example = ShadowView['examples'][number];

const MOST_EXAMPLES = 12;
/** Examples are for reading, not for keeping. */
const LONGEST_TEXT = 4_000;

/** What could have stayed local. Opens the prompts of the examples for this answer only. */
export async function readShadow(
  parts: Pick<ShadowParts, 'book' | 'clock' | 'kept'>,
  breathe: () => Promise<void>,
): Promise<ShadowView> {
  const { book, clock } = parts;
  await book.open(breathe);
  const { best, savedPerMonthNanoUsd, ...summary } = summariseShadow(book, clock.nowMs());
  await breathe();
  return {
    sinceMs: summary.sinceMs,
    cloudRequests: summary.cloudRequests,
    judgedRequests: summary.judgedRequests,
    couldHaveStayed: best?.quality ?? null,
    savedPerMonthNanoUsd,
    models: summary.models.map(({ endpoint, judged, quality, methods }) => ({
      ...{ endpoint, judged, quality, methods },
      ...speedsOf(book.pairs, endpoint),
    })),
    judges: book.judges.map((endpoint) => {
      const { agreement, asked, usable, sentence } = book.judgeQuality(endpoint);
      return { endpoint, agreement, asked, usable, sentence };
    }),
    examples: await readExamples(parts, breathe),
    sentence: describeShadow({ ...summary, best, savedPerMonthNanoUsd }),
  };
}

/** Medians. */
function speedsOf(
  pairs: Iterable<PairRecord>,
  endpoint: string,
): { firstTokenMs: number | null; tokensPerSecond: number | null } {
  const own = [...pairs].filter((pair) => pair.endpoint === endpoint);
  return {
    firstTokenMs: quantile(
      own.flatMap(({ firstTokenMs }) => firstTokenMs ?? []),
      0.5,
    ),
    tokensPerSecond: quantile(
      own.flatMap(({ tokensPerSecond }) => tokensPerSecond ?? []),
      0.5,
    ),
  };
}

/** The newest of each verdict in turn, so that both kinds are seen. */
async function readExamples(
  parts: Pick<ShadowParts, 'book' | 'kept'>,
  breathe: () => Promise<void>,
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const pair of chooseExamples(parts.book.pairs)) {
    const example = toExample(parts, pair);
    if (example !== null) examples.push(example);
    await breathe();
  }
  return examples;
}

function chooseExamples(pairs: Iterable<PairRecord>): PairRecord[] {
  const decided = [...pairs].filter((pair) => (verdictOf(pair)?.value ?? 0.5) !== 0.5);
  decided.sort((one, other) => other.atMs - one.atMs || (one.requestId < other.requestId ? -1 : 1));
  const good = decided.filter((pair) => verdictOf(pair)?.value === 1).slice(0, MOST_EXAMPLES / 2);
  const rest = decided.filter((pair) => verdictOf(pair)?.value === 0).slice(0, MOST_EXAMPLES / 2);
  return [...good, ...rest].sort((one, other) => other.atMs - one.atMs);
}

function toExample({ book, kept }: Pick<ShadowParts, 'book' | 'kept'>, pair: PairRecord): Example | null {
  const verdict = verdictOf(pair);
  const seen = book.seenOf(pair.requestId);
  if (verdict === null || seen === null) return null;
  const prompt = kept.read(pair.requestId);
  const sealed = pair.sealed === null ? null : kept.unseal(pair.requestId, pair.sealed);
  const local = sealed === null ? null : parseSealed(sealed);
  return {
    requestId: pair.requestId,
    atMs: seen.atMs,
    endpoint: pair.endpoint,
    quality: verdict.value,
    method: verdict.method,
    why: pair.why,
    prompt: prompt === null ? null : shorten(lastQuestion(prompt.request)),
    accepted: prompt === null ? null : shorten(printAnswer(toAnswer(prompt.answer, prompt))),
    local: local === null || prompt === null ? null : shorten(printAnswer(local)),
    costNanoUsd: seen.costNanoUsd,
  };
}

function shorten(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
