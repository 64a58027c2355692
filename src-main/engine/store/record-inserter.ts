import type { Connection, Statement } from './database.ts';
import { createDecisionInserter } from './insert-decision.ts';
import { createNoteInserter } from './insert-notes.ts';
import { createPriceKeeper } from './price-keeper.ts';
import { createQuarterHourAdder } from './quarter-hours.ts';
import type { AttemptRecord, RequestRecord, StoredRecord } from './records.ts';
import { integerOrNull, millijoules } from './stored-numbers.ts';
import { createUsageAdder } from './usage-quarter-hours.ts';

const INSERT_REQUEST = `
  INSERT INTO requests (
    id, started_at_ms, operation, app, requested_model, stream, outcome, status, path, reason, failure_code,
    duration_us, first_content_us, overhead_us, reference_nano_usd, energy_millijoules
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_ATTEMPT = `
  INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/**
 * Writes requests with their calls and decisions, the running sums, and what came between requests in one transaction:
 * all of it or nothing. After it threw, a new inserter is needed: this one may remember prices that were rolled back.
 */
export function createRecordInserter(connection: Connection): (records: readonly StoredRecord[]) => void {
  const insertRequest = connection.prepare(INSERT_REQUEST);
  const insertAttempt = connection.prepare(INSERT_ATTEMPT);
  const insertDecision = createDecisionInserter(connection);
  const insertNote = createNoteInserter(connection);
  const addToQuarterHours = createQuarterHourAdder(connection);
  const addToUsage = createUsageAdder(connection);
  const priceIdOf = createPriceKeeper(connection);

  function insert(record: RequestRecord): void {
    const seq = runRequest(insertRequest, record);
    if (record.decision !== null) insertDecision({ seq, decision: record.decision });
    let ordinal = 0;
    for (const attempt of record.attempts) {
      const priceId = attempt.price === null ? null : priceIdOf(attempt.price);
      runAttempt(insertAttempt, { seq, ordinal: ordinal++, attempt, priceId });
    }
  }

  const insertAll = connection.transaction((records: readonly StoredRecord[]) => {
    const requests: RequestRecord[] = [];
    for (const record of records) {
      if (!('attempts' in record)) {
        insertNote(record);
        continue;
      }
      insert(record);
      requests.push(record);
    }
    addToQuarterHours(requests);
    addToUsage(requests);
  });
  return (records) => insertAll.immediate(records);
}

function runRequest(statement: Statement<unknown[]>, record: RequestRecord): number | bigint {
  return statement.run(
    record.id,
    record.startedAtMs,
    record.operation,
    record.app,
    record.requestedModel,
    record.stream ? 1 : 0,
    record.outcome,
    record.status,
    record.path,
    record.reason,
    record.failureCode,
    microseconds(record.durationMs),
    microsecondsOrNull(record.firstContentMs),
    microseconds(record.overheadMs),
    integerOrNull(record.referenceNanoUsd),
    millijoules(record.energyJoules),
  ).lastInsertRowid;
}

interface AttemptRow {
  seq: number | bigint;
  ordinal: number;
  attempt: AttemptRecord;
  priceId: number | null;
}

function runAttempt(statement: Statement<unknown[]>, { seq, ordinal, attempt, priceId }: AttemptRow): void {
  const { usage } = attempt;
  statement.run(
    seq,
    ordinal,
    attempt.providerId,
    attempt.model,
    attempt.track,
    microseconds(attempt.startedMs),
    microsecondsOrNull(attempt.firstContentMs),
    microseconds(attempt.durationMs),
    attempt.outcome,
    attempt.status,
    attempt.failureCode,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.cacheWriteTokens,
    usage.cacheWrite1hTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    attempt.usageEstimated ? 1 : 0,
    attempt.costNanoUsd,
    priceId,
  );
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

function microsecondsOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : microseconds(milliseconds);
}
