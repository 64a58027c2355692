import { z } from 'zod';
import { decisionView } from '../../../src-shared/decisions.ts';
import type { DecisionView } from '../../../src-shared/decisions.ts';
import { parseDecisionDetail } from './decision-detail.ts';

/** Columns of `decisions` under the names of `DecisionView`. */
export const DECISION_COLUMNS = `
  decisions.strategy,
  acts_as AS actsAs,
  kind,
  decisions.path,
  explored,
  escalated,
  kept_private AS keptPrivate,
  answered_by AS answeredBy,
  reward_ppm / 1e6 AS reward,
  signal,
  detail`;

const decisionRow = decisionView
  .omit({ candidates: true, refusals: true, omittedCandidates: true, omittedRefusals: true })
  .extend({
    explored: z.int().transform(Boolean),
    escalated: z.int().transform(Boolean),
    detail: z.string(),
  });

/** Reads a row of `DECISION_COLUMNS`; further columns are left alone. Throws when it is none of ours. */
export function parseDecisionRow(row: unknown): DecisionView {
  const { detail, ...decision } = decisionRow.parse(row);
  return { ...decision, ...parseDecisionDetail(detail) };
}
