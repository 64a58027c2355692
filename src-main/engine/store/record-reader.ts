import type { z } from 'zod';
import { totals } from '../../../src-shared/control.ts';
import type { RequestView, RequestsPage, RequestsQuery, Totals } from '../../../src-shared/control.ts';
import type { Connection } from './database.ts';
import { DECISION_COLUMNS, parseDecisionRow } from './decision-row.ts';
import { PreparedReads } from './prepared-reads.ts';
import { QUARTER_HOUR_MS, quarterHourOf } from './quarter-hours.ts';
import { ATTEMPT_COLUMNS, REQUEST_COLUMNS, SUMMED_COLUMNS, SUM_OF_REQUESTS } from './reader-sql.ts';
import { createPlaceFinder } from './request-place.ts';
import { attemptRow, composeView, requestRow } from './request-view.ts';
import type { StoreDatabase } from './store-database.ts';

type RequestRow = z.infer<typeof requestRow>;

/**
 * Reads what was recorded, on its own connection. Every query goes down an index: its cost depends on what it returns,
 * not on how much is stored. Must not run on the path of a request.
 */
export class RecordReader {
  readonly #reads: PreparedReads<Statements>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /** Newest first, in the order of finishing. `next` is the `before` of the page after this one. */
  requests(query: RequestsQuery): RequestsPage {
    return this.#reads.read((statements) => {
      const beforeSeq = statements.placeBefore(query.before);
      const outcome = query.outcome;
      const rows =
        outcome === undefined
          ? statements.page.all(beforeSeq, query.limit + 1)
          : outcome === 'ok'
            ? statements.pageOfOk.all(beforeSeq, query.limit + 1)
            : statements.pageOfOutcome.all(outcome, beforeSeq, query.limit + 1);
      const requests = rows.slice(0, query.limit).map((row) => viewOf(statements, requestRow.parse(row)));
      const last = requests.at(-1);
      return { requests, next: rows.length > query.limit && last !== undefined ? last.id : null };
    });
  }

  /** null: there is no such request, or it is not written yet. */
  request(id: string): RequestView | null {
    return this.#reads.read((statements) => {
      const row = statements.byId.get(id);
      return row === undefined ? null : viewOf(statements, requestRow.parse(row));
    });
  }

  /** Sums over all requests that started at that moment or later. */
  totals(sinceMs: number): Totals {
    return this.#reads.read((statements) => {
      const start = quarterHourOf(sinceMs);
      const firstWhole = start === sinceMs ? start : start + QUARTER_HOUR_MS;
      const whole = totals.parse(statements.quarters.get(firstWhole));
      if (firstWhole === sinceMs) return whole;
      return addTotals(whole, totals.parse(statements.between.get({ fromMs: sinceMs, toMs: firstWhole })));
    });
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  const select = `SELECT ${REQUEST_COLUMNS} FROM requests`;
  return {
    page: connection.prepare(`${select} WHERE seq < ? ORDER BY seq DESC LIMIT ?`),
    pageOfOk: connection.prepare(`${select} WHERE outcome = 'ok' AND seq < ? ORDER BY seq DESC LIMIT ?`),
    pageOfOutcome: connection.prepare(
      `${select} WHERE outcome <> 'ok' AND outcome = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    ),
    byId: connection.prepare(`${select} WHERE id = ?`),
    placeBefore: createPlaceFinder(connection),
    decision: connection.prepare(`SELECT ${DECISION_COLUMNS} FROM decisions WHERE request_seq = ?`),
    attempts: connection.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE request_seq = ? ORDER BY ordinal`),
    quarters: connection.prepare(`SELECT ${SUMMED_COLUMNS} FROM quarter_hours WHERE start_ms >= ?`),
    between: connection.prepare(SUM_OF_REQUESTS),
  };
}

function viewOf(statements: Statements, row: RequestRow): RequestView {
  const { seq, ...request } = row;
  const attempts = statements.attempts.all(seq).map((attempt) => attemptRow.parse(attempt));
  const decision = statements.decision.get(seq);
  return composeView({ request, attempts, decision: decision === undefined ? null : parseDecisionRow(decision) });
}

function addTotals(a: Totals, b: Totals): Totals {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    cancelled: a.cancelled + b.cancelled,
    local: a.local + b.local,
    cloud: a.cloud + b.cloud,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costNanoUsd: a.costNanoUsd + b.costNanoUsd,
    unknownCosts: a.unknownCosts + b.unknownCosts,
  };
}
