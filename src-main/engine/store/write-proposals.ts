import { isDeepStrictEqual } from 'node:util';
import type { JobName } from '../../../src-shared/jobs.ts';
import type { ProposalDraft } from '../jobs/job-kind.ts';
import type { Random } from '../ports.ts';
import type { Connection } from './database.ts';
import { parseProposal, PROPOSAL_COLUMNS } from './finding-rows.ts';
import { newId } from './write-findings.ts';

interface Drafts {
  job: JobName;
  atMs: number;
  proposals: readonly ProposalDraft[];
}

/**
 * Writes what a unit proposes: one of the same key that is still open is replaced; one that the person dismissed is not
 * proposed again unless it would change something else.
 */
export function createProposalsWriter(connection: Connection, random: Random) {
  const findOpen = connection.prepare(
    `SELECT ${PROPOSAL_COLUMNS} FROM proposals WHERE job = ? AND key = ? AND state = 'open'`,
  );
  const dismissed = connection.prepare(
    `SELECT ${PROPOSAL_COLUMNS} FROM proposals WHERE job = ? AND key = ? AND state = 'dismissed'`,
  );
  const insert = connection.prepare(`
    INSERT INTO proposals VALUES (:id, :job, :key, :title, :sentence, :evidence, :changes, :atMs, 'open', NULL)`);
  const update = connection.prepare(`
    UPDATE proposals SET title = :title, sentence = :sentence, evidence = :evidence, changes = :changes,
      proposed_at_ms = :proposedAtMs
    WHERE id = :id`);

  const write = ({ job, atMs, proposals }: Drafts): void => {
    for (const { key, title, sentence, evidence, changes } of proposals) {
      const wasDismissed = dismissed
        .all(job, key)
        .some((row) => isDeepStrictEqual(parseProposal(row)?.changes, asStored(changes)));
      if (wasDismissed) continue;
      const values = { title, sentence, evidence: JSON.stringify(evidence), changes: JSON.stringify(changes) };
      const open = parseProposal(findOpen.get(job, key));
      if (open === null) insert.run({ ...values, id: newId(random), job, key, atMs });
      else {
        const isSame = isDeepStrictEqual(open.changes, asStored(changes));
        update.run({ ...values, id: open.id, proposedAtMs: isSame ? open.proposedAtMs : atMs });
      }
    }
  };
  const idOf = (job: JobName, key: string): string | null => parseProposal(findOpen.get(job, key))?.id ?? null;
  return { write, idOf };
}

/** As it reads back: without what JSON leaves out. */
function asStored(changes: ProposalDraft['changes']): unknown {
  return JSON.parse(JSON.stringify(changes));
}
