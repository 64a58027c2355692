import type { FindingDraft } from '../job-kind.ts';
import { bytesInWords } from './bytes-in-words.ts';

/** What upkeep tells a person. Each has a key of its own, by which it is told once and withdrawn when it is over. */
export const FINDING_KEYS = { damage: 'damage', space: 'disk-space', size: 'size', fixed: 'fixed-size', log: 'log' };

const MOST_SHOWN = 3;

export function damageFinding(problems: readonly string[]): FindingDraft {
  const shown = problems.slice(0, MOST_SHOWN).join('; ');
  return {
    key: FINDING_KEYS.damage,
    severity: 'critical',
    sentence: `The database is damaged (${shown}). Records may be missing, and new ones may be refused.`,
    action: {
      label:
        'Make a backup, check the disk, then stop Pointsman and move pointsman.db out of the data folder: a new one is begun',
      view: 'background',
      proposalId: null,
    },
  };
}

export function spaceFinding(freeBytes: number, folder: string): FindingDraft {
  return {
    key: FINDING_KEYS.space,
    severity: 'high',
    sentence: `Only ${bytesInWords(freeBytes)} are left on the disk that holds ${folder}. When it is full, records wait in memory and are lost if Pointsman ends.`,
    action: { label: 'Make room on the disk', view: null, proposalId: null },
  };
}

export function sizeFinding(usedBytes: number, mostBytes: number): FindingDraft {
  return {
    key: FINDING_KEYS.size,
    severity: 'low',
    sentence: `The database takes up ${bytesInWords(usedBytes)}, more than the ${bytesInWords(mostBytes)} it may (upkeep.databaseMegabytes), although no request is left to remove.`,
    action: { label: 'Allow it more', view: 'settings', proposalId: null },
  };
}

export function fixedSizeFinding(facts: { bytes: number; usedBytes: number; seconds: number | null }): FindingDraft {
  const { bytes, usedBytes, seconds } = facts;
  const what = `The database file is ${bytesInWords(bytes)} although ${bytesInWords(usedBytes)} are in use: it was begun by an early version and has to be written anew once.`;
  const why =
    seconds === null
      ? 'There is not enough room on the disk for that.'
      : `That takes about ${seconds} s and cannot be interrupted, so it is only done when you start this job yourself.`;
  return {
    key: FINDING_KEYS.fixed,
    severity: 'low',
    sentence: `${what} ${why}`,
    action: {
      label: seconds === null ? 'Make room on the disk' : 'Run database upkeep now',
      view: 'background',
      proposalId: null,
    },
  };
}

export function logFinding(logBytes: number): FindingDraft {
  return {
    key: FINDING_KEYS.log,
    severity: 'medium',
    sentence: `The write-ahead log of the database has grown to ${bytesInWords(logBytes)}, because another program reads the database and does not let go of it.`,
    action: { label: 'Close what else has pointsman.db open', view: null, proposalId: null },
  };
}
