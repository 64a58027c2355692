import type { Severity } from '../../../../src-shared/jobs.ts';
import type { FindingDraft } from '../job-kind.ts';

/** Permissions in the data folder, in the low nine bits. */
export interface FolderModes {
  folder: string;
  mode: number;
  /** Plain files directly in it. */
  files: readonly { name: string; mode: number }[];
}

/** Bits that let the group or others at it. */
const OTHERS = 0o077;

/** Files with keys, tokens or what was said. Beside them the folder holds settings, records and logs. */
const SECRET = /^(control-token|secrets\.json|keys\.encrypted\.json|pointsman\.db)/;

/** What is to be said of a data folder that others can look into. Files are the worse off when the folder is open too. */
export function judgeFiles({ folder, mode, files }: FolderModes): FindingDraft[] {
  const isOpen = (mode & OTHERS) !== 0;
  const open = files.filter((file) => (file.mode & OTHERS) !== 0);
  return [
    ...(isOpen ? [toFolderFinding(folder, mode, open.length)] : []),
    ...open.map((file) => toFileFinding(folder, file, isOpen)),
  ];
}

function toFolderFinding(folder: string, mode: number, openFiles: number): FindingDraft {
  return {
    key: 'files/folder',
    severity: openFiles > 0 ? 'medium' : 'low',
    sentence: `Other users of this machine can look into Pointsman’s data folder (mode ${inOctal(mode)} instead of 700).`,
    action: { label: `Run: chmod 700 "${folder}"`, view: null, proposalId: null },
  };
}

function toFileFinding(folder: string, { name, mode }: FolderModes['files'][number], isOpen: boolean): FindingDraft {
  const severity: Severity = !isOpen ? 'info' : SECRET.test(name) ? 'high' : 'medium';
  const reach = isOpen ? 'can be read by other users of this machine' : 'would be open to others if its folder were';
  return {
    key: `files/${name}`,
    severity,
    sentence: `The file ${name} in the data folder ${reach} (mode ${inOctal(mode)} instead of 600).`,
    action: { label: `Run: chmod 600 "${folder}/${name}"`, view: null, proposalId: null },
  };
}

function inOctal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}
