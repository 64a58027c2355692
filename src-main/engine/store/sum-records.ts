import type { Totals } from '../../../src-shared/control.ts';
import type { AttemptRecord, RequestRecord } from './records.ts';

export const NO_TOTALS: Readonly<Totals> = {
  requests: 0,
  failed: 0,
  cancelled: 0,
  local: 0,
  cloud: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unknownCosts: 0,
};

/** Adds one request to running totals. Tokens and costs of all its calls count, whoever won. */
export function addToTotals(totals: Totals, record: RequestRecord): void {
  totals.requests++;
  if (record.outcome === 'failed') totals.failed++;
  if (record.outcome === 'cancelled') totals.cancelled++;
  const track = servingTrack(record);
  if (track !== null) totals[track]++;
  for (const attempt of record.attempts) addAttempt(totals, attempt);
}

/**
 * The track that answered: with a race or a cascade, that of the call that went well. null: answered from the cache, or
 * by nobody.
 */
function servingTrack(record: RequestRecord): 'local' | 'cloud' | null {
  if (record.path === 'local' || record.path === 'cloud') return record.path;
  if (record.path === null || record.path === 'cache') return null;
  return record.attempts.findLast((attempt) => attempt.outcome === 'ok')?.track ?? null;
}

function addAttempt(totals: Totals, attempt: AttemptRecord): void {
  totals.inputTokens += attempt.usage.inputTokens ?? 0;
  totals.outputTokens += attempt.usage.outputTokens ?? 0;
  if (attempt.costNanoUsd === null) totals.unknownCosts++;
  else totals.costNanoUsd += attempt.costNanoUsd;
}
