import type { JobResult, JobWork, UnitOutcome } from '../job-kind.ts';
import type { KeptPrompt } from '../kept/kept-prompts.ts';
import { needsOf } from '../../routing/request-needs.ts';
import { readProfile } from '../../routing/read-profile.ts';
import { beginAnswering } from './begin-answering.ts';
import { toAnswer } from './compare/answer-of.ts';
import { whyNoMeasure } from './compare/compare-answers.ts';
import type { SeenRecord } from './records.ts';
import { seenKey } from './shadow-book.ts';
import type { CheckpointOf, ShadowCheckpoint } from './shadow-checkpoint.ts';
import type { ShadowParts } from './shadow-parts.ts';

const AT_ONCE = 50;
/** What is told is about the last month. */
const WINDOW_MS = 31 * 24 * 3_600_000;

/** Notes of each kept prompt what kind it is and what it cost; the text itself is read, and forgotten. */
export async function lookAtPrompts(
  parts: ShadowParts,
  checkpoint: CheckpointOf<'look'>,
  work: JobWork,
): Promise<UnitOutcome<ShadowCheckpoint>> {
  const { book, kept } = parts;
  await book.open(() => work.breathe());
  const page = kept.list({ after: checkpoint.after, limit: AT_ONCE });
  // What is long past says little of today.
  const results: JobResult[] = book.olderThan(parts.clock.nowMs() - WINDOW_MS);
  for (const { requestId } of page) {
    if (book.seenOf(requestId) !== null) continue;
    const prompt = kept.read(requestId);
    if (prompt !== null && prompt.keptAtMs >= parts.clock.nowMs() - WINDOW_MS)
      results.push({ key: seenKey(requestId), value: toSeen(prompt), requestId });
    await work.breathe();
  }
  const last = page.at(-1);
  const done = checkpoint.done + 1;
  if (last !== undefined) {
    const after = { keptAtMs: last.keptAtMs, requestId: last.requestId };
    return {
      next: { step: 'look', done, after },
      unitsTotal: null,
      doing: 'Looking through the kept prompts',
      results,
      settled: () => book.apply(results),
    };
  }
  return {
    ...beginAnswering(parts, done),
    ...(results.length === 0 ? {} : { results, settled: () => book.apply(results) }),
  };
}

function toSeen(prompt: KeptPrompt): SeenRecord {
  const { requestId, keptAtMs, endpoint, track, costNanoUsd, mayLeave, request } = prompt;
  const { promptTokens } = needsOf(request, 0);
  const accepted = toAnswer(prompt.answer, prompt);
  return {
    ...{ requestId, atMs: keptAtMs, endpoint, track, costNanoUsd, mayLeave },
    kind: prompt.kind ?? readProfile(request, promptTokens).kind,
    noMeasure: whyNoMeasure(request, accepted),
  };
}
