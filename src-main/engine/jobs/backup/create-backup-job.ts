import { z } from 'zod';
import type { FindingDraft, JobKind } from '../job-kind.ts';
import { untilStopped } from '../upkeep/until-stopped.ts';
import type { BackupShelf } from './backup-shelf.ts';

const KEY = 'not-made';

/** Copies settings and what was learned when something has changed since the last copy. One unit, done in the upkeep thread. */
export function createBackupJob(shelf: BackupShelf): JobKind<Record<string, never>> {
  return {
    name: 'backup',
    title: 'Backup',
    description:
      'Keeps copies of your settings and of what was learned, without keys and prompts, so that a damaged file or a wrong change can be undone.',
    heavy: false,
    checkpoint: z.strictObject({}),
    plan: () => ({ kind: 'begin', checkpoint: {}, unitsTotal: 1 }),
    async unit(_checkpoint, work) {
      work.signal.throwIfAborted();
      work.doing('copying settings and what was learned');
      const made = await untilStopped(shelf.make(), work.signal);
      const end = { next: null, unitsTotal: 1, resolves: { keyPrefixes: [KEY] } };
      if (!made.ok) return { ...end, findings: [notMade(made.sentence)], found: made.sentence };
      await shelf.prune();
      const { view, isNew } = made;
      if (!isNew) return { ...end, found: 'Nothing has changed since the last backup.' };
      return {
        ...end,
        found: `Made a backup of ${view.parts.length === 1 ? 'the settings' : 'settings and what was learned'}.`,
      };
    },
  };
}

function notMade(sentence: string): FindingDraft {
  return {
    key: KEY,
    severity: 'high',
    sentence,
    action: { label: 'Make room and try again', view: 'background', proposalId: null },
  };
}
