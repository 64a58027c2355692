import type { Connection } from './database.ts';
import { printDecisionDetail } from './decision-detail.ts';
import type { DecisionRecord } from './records.ts';
import { partsPerMillion, roundProbability } from './stored-numbers.ts';

const INSERT = 'INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

/** Writes how a request was routed, under the request's number. Belongs into the transaction of its request. */
export function createDecisionInserter(
  connection: Connection,
): (row: { seq: number | bigint; decision: DecisionRecord }) => void {
  const insert = connection.prepare(INSERT);
  return ({ seq, decision }) => {
    const chosen = decision.candidates[0];
    insert.run(
      seq,
      decision.strategy,
      decision.actsAs,
      decision.kind,
      decision.path,
      decision.explored ? 1 : 0,
      decision.escalated ? 1 : 0,
      decision.keptPrivate,
      chosen?.endpointId ?? null,
      chosen === undefined ? null : partsPerMillion(roundProbability(chosen.propensity)),
      partsPerMillion(chosen?.quality ?? null),
      decision.answeredBy,
      partsPerMillion(decision.reward),
      decision.signal,
      printDecisionDetail(decision),
    );
  };
}
