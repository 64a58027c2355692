import { z } from 'zod';
import { finding, proposal, type Finding, type Proposal } from '../../../src-shared/jobs.ts';
import { parseJson } from './stored-json.ts';

export const FINDING_COLUMNS =
  'id, job, key, severity, sentence, action, found_at_ms AS foundAtMs, seen_at_ms AS seenAtMs, state';
export const PROPOSAL_COLUMNS = `
  id, job, key, title, sentence, evidence, changes, proposed_at_ms AS proposedAtMs, state, decided_at_ms AS decidedAtMs`;

const json = z.string().transform(parseJson);
const findingRow = finding.extend({ action: json.nullable() });
const proposalRow = proposal.extend({ evidence: json, changes: json });

/** Reads a row of FINDING_COLUMNS; null: there is none, or it is another version's. */
export function parseFinding(row: unknown): Finding | null {
  const read = findingRow.safeParse(row);
  return read.success ? (finding.safeParse(read.data).data ?? null) : null;
}

/** Reads a row of PROPOSAL_COLUMNS; null: there is none, or it is another version's. */
export function parseProposal(row: unknown): Proposal | null {
  const read = proposalRow.safeParse(row);
  return read.success ? (proposal.safeParse(read.data).data ?? null) : null;
}
