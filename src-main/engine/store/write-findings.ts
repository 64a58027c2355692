import { SEVERITIES, type JobName, type Severity } from '../../../src-shared/jobs.ts';
import type { Random } from '../ports.ts';
import type { Connection } from './database.ts';
import { parseFinding, FINDING_COLUMNS } from './finding-rows.ts';
import type { UnitFindings } from './job-write.ts';

interface Found extends Pick<UnitFindings, 'findings' | 'resolves'> {
  job: JobName;
  atMs: number;
}

/**
 * Writes what a unit found: each matter is one row, told once. One that is seen again stays open; one that was settled
 * opens anew; one that the person dismissed stays so unless it has become worse. `proposalIdOf`: the id of the job's open
 * proposal of that key, for actions that name a proposal by its key.
 */
export function createFindingsWriter(connection: Connection, random: Random) {
  const find = connection.prepare(`SELECT ${FINDING_COLUMNS} FROM findings WHERE job = ? AND key = ?`);
  const open = connection.prepare(`SELECT ${FINDING_COLUMNS} FROM findings WHERE job = ? AND state = 'open'`);
  const insert = connection.prepare(`
    INSERT INTO findings VALUES (:id, :job, :key, :severity, :sentence, :action, :atMs, :atMs, 'open')`);
  const update = connection.prepare(`
    UPDATE findings SET severity = :severity, sentence = :sentence, action = :action, found_at_ms = :foundAtMs,
      seen_at_ms = :atMs, state = :state
    WHERE id = :id`);
  const resolve = connection.prepare("UPDATE findings SET state = 'resolved', seen_at_ms = ? WHERE id = ?");

  return ({ job, atMs, findings, resolves }: Found, proposalIdOf: (key: string) => string | null): void => {
    for (const draft of findings) {
      const known = parseFinding(find.get(job, draft.key));
      const values = { severity: draft.severity, sentence: draft.sentence, action: printAction(draft), atMs };
      if (known === null) insert.run({ id: newId(random), job, key: draft.key, ...values });
      else {
        const stays =
          known.state === 'open' || (known.state === 'dismissed' && !isWorse(draft.severity, known.severity));
        const state = stays ? known.state : 'open';
        update.run({ ...values, id: known.id, foundAtMs: stays ? known.foundAtMs : atMs, state });
      }
    }
    if (resolves.length === 0) return;
    const named = new Set(findings.map(({ key }) => key));
    for (const row of open.all(job)) {
      const known = parseFinding(row);
      if (known === null || named.has(known.key)) continue;
      if (resolves.some((prefix) => known.key.startsWith(prefix))) resolve.run(atMs, known.id);
    }

    function printAction({ action }: (typeof findings)[number]): string | null {
      if (action === null) return null;
      const { proposalId } = action;
      return JSON.stringify({
        ...action,
        proposalId: proposalId === null ? null : (proposalIdOf(proposalId) ?? proposalId),
      });
    }
  };
}

/** Names a finding or a proposal. */
export function newId(random: Random): string {
  return Buffer.from(random.bytes(12)).toString('hex');
}

function isWorse(now: Severity, before: Severity): boolean {
  return SEVERITIES.indexOf(now) > SEVERITIES.indexOf(before);
}
