import { z } from 'zod';
import { requestView, totals } from '../../../src-shared/control.ts';
import type { AttemptView, RequestView, RequestsPage, RequestsQuery, Totals } from '../../../src-shared/control.ts';
import { faultOf } from './database.ts';
import type { Connection } from './database.ts';
import { QUARTER_HOUR_MS, quarterHourOf } from './quarter-hours.ts';
import { ATTEMPT_COLUMNS, REQUEST_COLUMNS, SUMMED_COLUMNS, SUM_OF_REQUESTS } from './reader-sql.ts';
import type { StoreDatabase } from './store-database.ts';

const requestRow = requestView.omit({ attempts: true, costNanoUsd: true }).extend({
  seq: z.int(),
  stream: z.int().transform(Boolean),
});
const attemptRow = requestView.shape.attempts.element.extend({ usageEstimated: z.int().transform(Boolean) });
const seqRow = z.object({ seq: z.int() });

type RequestRow = z.infer<typeof requestRow>;

/**
 * Reads what was recorded, on its own connection. Every query goes down an index: its cost depends on what it returns,
 * not on how much is stored. Must not run on the path of a request.
 */
export class RecordReader {
  readonly #database: StoreDatabase;
  #generation = 0;
  #statements: Statements | null = null;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  /** Newest first, in the order of finishing. `next` is the `before` of the page after this one. */
  requests(query: RequestsQuery): RequestsPage {
    return this.#read((statements) => {
      const beforeSeq = query.before === undefined ? Number.MAX_SAFE_INTEGER : seqBefore(statements, query.before);
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
    return this.#read((statements) => {
      const row = statements.byId.get(id);
      return row === undefined ? null : viewOf(statements, requestRow.parse(row));
    });
  }

  /** Sums over all requests that started at that moment or later. */
  totals(sinceMs: number): Totals {
    return this.#read((statements) => {
      const start = quarterHourOf(sinceMs);
      const firstWhole = start === sinceMs ? start : start + QUARTER_HOUR_MS;
      const whole = totals.parse(statements.quarters.get(firstWhole));
      if (firstWhole === sinceMs) return whole;
      return addTotals(whole, totals.parse(statements.between.get({ fromMs: sinceMs, toMs: firstWhole })));
    });
  }

  /** A damaged file is replaced here too, so that the pages work again; the new one has nothing to show yet. */
  #read<Result>(run: (statements: Statements) => Result): Result {
    try {
      return run(this.#prepared());
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      this.#database.replaceDamaged(error);
      return run(this.#prepared());
    }
  }

  #prepared(): Statements {
    if (this.#database.damaged) this.#database.replaceDamaged('an earlier attempt to put it aside failed');
    if (this.#statements === null || this.#generation !== this.#database.generation) {
      this.#generation = this.#database.generation;
      this.#statements = prepareStatements(this.#database.reader);
    }
    return this.#statements;
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
    olderId: connection.prepare('SELECT seq FROM requests WHERE id < ? ORDER BY id DESC LIMIT 1'),
    attempts: connection.prepare(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE request_seq = ? ORDER BY ordinal`),
    quarters: connection.prepare(`SELECT ${SUMMED_COLUMNS} FROM quarter_hours WHERE start_ms >= ?`),
    between: connection.prepare(SUM_OF_REQUESTS),
  };
}

/** Where a page before `id` begins. Ids sort by time, so an id that is not there still has its place. */
function seqBefore(statements: Statements, id: string): number {
  const own = statements.byId.get(id);
  if (own !== undefined) return requestRow.parse(own).seq;
  const older = statements.olderId.get(id);
  return older === undefined ? 0 : seqRow.parse(older).seq + 1;
}

function viewOf(statements: Statements, row: RequestRow): RequestView {
  const { seq, ...request } = row;
  const attempts = statements.attempts.all(seq).map((attempt) => attemptRow.parse(attempt));
  return { ...request, costNanoUsd: sumCosts(attempts), attempts };
}

function sumCosts(attempts: readonly AttemptView[]): number | null {
  let sum = 0;
  for (const { costNanoUsd } of attempts) {
    if (costNanoUsd === null) return null;
    sum += costNanoUsd;
  }
  return sum;
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
