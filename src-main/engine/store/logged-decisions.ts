import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { feedbackView } from '../../../src-shared/decisions.ts';
import type { DecisionView, FeedbackView } from '../../../src-shared/decisions.ts';
import type { Connection } from './database.ts';
import { DECISION_COLUMNS, parseDecisionRow } from './decision-row.ts';
import { FEEDBACK_OF_REQUEST } from './feedback-reader.ts';
import { PreparedReads } from './prepared-reads.ts';
import type { StoreDatabase } from './store-database.ts';

/** Requests looked at in one turn of the event loop, routed or not; some 2 ms. */
export const REQUESTS_PER_SLICE = 64;

/** One decision with what came of it: what another policy is judged by. */
export interface LoggedDecision extends DecisionView {
  requestId: string;
  startedAtMs: number;
  /** Endpoint that was chosen, and the probability with which it was. */
  chosen: string;
  propensity: number;
  feedback: FeedbackView[];
}

const headRow = z.object({
  seq: z.int(),
  requestId: z.string(),
  startedAtMs: z.int(),
  chosen: z.string().nullable(),
  propensity: z.number().nullable(),
  detail: z.string().nullable(),
});
type Place = Pick<z.infer<typeof headRow>, 'startedAtMs' | 'seq'>;

/** Goes through the log of decisions for whoever evaluates other policies on it. */
export class LoggedDecisions {
  readonly #reads: PreparedReads<Statements>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /**
   * Decisions on requests that started at that moment or later, oldest first, at most `limit`, in portions with turns of
   * the event loop in between. Left out: decisions that chose nobody, or with a probability that is not known.
   */
  async *read({ sinceMs, limit }: { sinceMs: number; limit: number }): AsyncGenerator<LoggedDecision[], void> {
    let left = limit;
    let place: Place | null = { startedAtMs: sinceMs, seq: -1 };
    while (left > 0 && place !== null) {
      const slice = this.#readSlice(place);
      const portion = slice.decisions.slice(0, left);
      left -= portion.length;
      place = slice.next;
      if (portion.length > 0) yield portion;
      await setImmediate();
    }
  }

  #readSlice(after: Place): { decisions: LoggedDecision[]; next: Place | null } {
    return this.#reads.read((statements) => {
      const rows = statements.slice.all(after.startedAtMs, after.seq, REQUESTS_PER_SLICE);
      const decisions: LoggedDecision[] = [];
      let last: Place | null = null;
      for (const row of rows) {
        const head = headRow.parse(row);
        last = head;
        const { requestId, startedAtMs, chosen, propensity } = head;
        if (chosen === null || propensity === null || propensity <= 0) continue;
        const feedback = statements.feedback.all(requestId).map((found) => feedbackView.parse(found));
        decisions.push({ ...parseDecisionRow(row), requestId, startedAtMs, chosen, propensity, feedback });
      }
      return { decisions, next: rows.length < REQUESTS_PER_SLICE ? null : last };
    });
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  return {
    slice: connection.prepare(`
      SELECT seq, requests.id AS requestId, started_at_ms AS startedAtMs, chosen, propensity_ppm / 1e6 AS propensity,
        ${DECISION_COLUMNS}
      FROM requests LEFT JOIN decisions ON request_seq = seq
      WHERE (started_at_ms, seq) > (?, ?)
      ORDER BY started_at_ms, seq
      LIMIT ?`),
    feedback: connection.prepare(FEEDBACK_OF_REQUEST),
  };
}
