import { z } from 'zod';
import { decisionEntry } from '../../../src-shared/decisions.ts';
import type { DecisionEntry, DecisionsPage, DecisionsQuery } from '../../../src-shared/decisions.ts';
import { adaptationView } from '../../../src-shared/optimizer.ts';
import type { AdaptationView } from '../../../src-shared/optimizer.ts';
import type { Connection } from './database.ts';
import { DECISION_COLUMNS, parseDecisionRow } from './decision-row.ts';
import { PreparedReads } from './prepared-reads.ts';
import { createPlaceFinder } from './request-place.ts';
import type { StoreDatabase } from './store-database.ts';

const ENTRY_COLUMNS = `
  requests.id AS requestId,
  started_at_ms AS startedAtMs,
  app,
  requested_model AS requestedModel,
  outcome,
  reason,
  duration_us / 1000.0 AS durationMs,
  first_content_us / 1000.0 AS firstContentMs,
  ${DECISION_COLUMNS}`;

const entryHead = decisionEntry.omit({ decision: true });
const preferencesText = z.string().transform((text): unknown => JSON.parse(text));
const adaptationRow = z.looseObject({ before: preferencesText, after: preferencesText }).pipe(adaptationView);

/** Reads how requests were routed and how preferences were adapted. Every query goes down an index. */
export class DecisionReader {
  readonly #reads: PreparedReads<Statements>;

  constructor(database: StoreDatabase) {
    this.#reads = new PreparedReads(database, prepareStatements);
  }

  /** Newest first, in the order of finishing. `next` is the `before` of the page after this one. */
  decisions(query: DecisionsQuery): DecisionsPage {
    return this.#reads.read((statements) => {
      const rows = statements.page(query);
      const decisions = rows.slice(0, query.limit).map(entryOf);
      const last = decisions.at(-1);
      return { decisions, next: rows.length > query.limit && last !== undefined ? last.requestId : null };
    });
  }

  /** null: there is no such request, it was not routed, or it is not written yet. */
  decision(requestId: string): DecisionEntry | null {
    return this.#reads.read((statements) => {
      const row = statements.byRequest.get(requestId);
      return row === undefined ? null : entryOf(row);
    });
  }

  /** Newest first. */
  adaptations(limit: number): AdaptationView[] {
    return this.#reads.read((statements) => statements.adaptations.all(limit).map((row) => adaptationRow.parse(row)));
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(connection: Connection) {
  const from = `SELECT ${ENTRY_COLUMNS} FROM decisions JOIN requests ON seq = request_seq`;
  const pageWhere = (condition: string) =>
    connection.prepare(`${from} WHERE ${condition} request_seq < ? ORDER BY request_seq DESC LIMIT ?`);
  const pages = {
    all: pageWhere(''),
    kind: pageWhere('kind = ? AND'),
    chosen: pageWhere('chosen = ? AND'),
    both: pageWhere('chosen = ? AND kind = ? AND'),
  };
  const placeBefore = createPlaceFinder(connection);
  return {
    /** One row more than asked for, when there are more. */
    page({ before, limit, kind, endpoint }: DecisionsQuery): unknown[] {
      const place = [placeBefore(before), limit + 1];
      if (endpoint !== undefined && kind !== undefined) return pages.both.all(endpoint, kind, ...place);
      if (endpoint !== undefined) return pages.chosen.all(endpoint, ...place);
      return kind !== undefined ? pages.kind.all(kind, ...place) : pages.all.all(...place);
    },
    byRequest: connection.prepare(`${from} WHERE requests.id = ?`),
    adaptations: connection.prepare(
      `SELECT at_ms AS atMs, strategy, acts_as AS actsAs, reason, before, after
       FROM adaptations ORDER BY seq DESC LIMIT ?`,
    ),
  };
}

function entryOf(row: unknown): DecisionEntry {
  return { ...entryHead.parse(row), decision: parseDecisionRow(row) };
}
