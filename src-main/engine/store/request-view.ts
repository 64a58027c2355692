import { z } from 'zod';
import { requestView } from '../../../src-shared/control.ts';
import type { AttemptView, RequestView } from '../../../src-shared/control.ts';
import type { DecisionView } from '../../../src-shared/decisions.ts';
import { printDecisionDetail } from './decision-detail.ts';
import { parseDecisionRow } from './decision-row.ts';
import type { AttemptRecord, DecisionRecord, RequestRecord } from './records.ts';
import { integerOrNull, millijoules, partsPerMillion } from './stored-numbers.ts';

/** A row of `REQUEST_COLUMNS` and one of `ATTEMPT_COLUMNS`. */
export const requestRow = requestView.omit({ attempts: true, costNanoUsd: true, decision: true }).extend({
  seq: z.int(),
  stream: z.int().transform(Boolean),
});
export const attemptRow = requestView.shape.attempts.element.extend({ usageEstimated: z.int().transform(Boolean) });

type RequestHead = Omit<RequestView, 'attempts' | 'costNanoUsd' | 'decision'>;

/** A request as everybody sees it, from its parts. */
export function composeView(parts: {
  request: RequestHead;
  attempts: AttemptView[];
  decision: DecisionView | null;
}): RequestView {
  const { request, attempts, decision } = parts;
  return { ...request, costNanoUsd: sumCosts(attempts), decision, attempts };
}

/** What the reader will tell of this record once it is written: the same figures, rounded as they are stored. */
export function toRequestView(record: RequestRecord): RequestView {
  const { decision, attempts, ...request } = record;
  return composeView({
    request: {
      ...request,
      durationMs: stored(record.durationMs),
      firstContentMs: storedOrNull(record.firstContentMs),
      overheadMs: stored(record.overheadMs),
      referenceNanoUsd: integerOrNull(record.referenceNanoUsd),
      energyJoules: joulesAsStored(record.energyJoules),
    },
    attempts: attempts.map(toAttemptView),
    decision: decision === null ? null : toDecisionView(decision),
  });
}

function toAttemptView(attempt: AttemptRecord): AttemptView {
  const { usage, price: _kept, ...rest } = attempt;
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    ...rest,
    startedMs: stored(attempt.startedMs),
    firstContentMs: storedOrNull(attempt.firstContentMs),
    durationMs: stored(attempt.durationMs),
    ...{ inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens },
  };
}

/** Through the same text and the same parser as a stored one. */
function toDecisionView(decision: DecisionRecord): DecisionView {
  const reward = partsPerMillion(decision.reward);
  return parseDecisionRow({
    ...decision,
    explored: decision.explored ? 1 : 0,
    escalated: decision.escalated ? 1 : 0,
    reward: reward === null ? null : reward / 1e6,
    detail: printDecisionDetail(decision),
  });
}

/** null as soon as one part is unknown: a sum of known parts would look like the whole. */
function sumCosts(attempts: readonly AttemptView[]): number | null {
  let sum = 0;
  for (const { costNanoUsd } of attempts) {
    if (costNanoUsd === null) return null;
    sum += costNanoUsd;
  }
  return sum;
}

/** Times are stored in whole microseconds. */
function stored(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function storedOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : stored(milliseconds);
}

function joulesAsStored(joules: number | null): number | null {
  const stored = millijoules(joules);
  return stored === null ? null : stored / 1000;
}
