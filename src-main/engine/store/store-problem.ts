import { codeOf } from './error-code.ts';
import type { StoreFault } from './database.ts';

/** Why the database cannot be used: what happened, why, and what to do, in sentences for the person. */
export interface StoreProblem {
  code: StoreFault | 'newer';
  message: string;
}

const SENTENCES: Record<StoreFault, (file: string) => string> = {
  corrupt: (file) =>
    `The database ${file} is damaged and could not be put aside. Move it away by hand while Pointsman is stopped; a new one is begun.`,
  full: (file) => `The disk that holds ${file} is full. Make room on it.`,
  busy: (file) => `The database ${file} is locked by another program. Close whatever else has it open.`,
  read_only: (file) =>
    `The database ${file} cannot be opened for writing. Make its folder writable for your user, or set POINTSMAN_HOME to a folder that is.`,
  io: (file) => `The disk that holds ${file} reports errors. Check the disk and its connection.`,
  rejected: (file) => `The database ${file} refused a write that it should take, which is an error in Pointsman.`,
};

export function storeProblem(cause: { fault: StoreFault; file: string; error: unknown }): StoreProblem {
  const code = codeOf(cause.error);
  const sentence = SENTENCES[cause.fault](cause.file);
  return { code: cause.fault, message: code === '' ? sentence : `${sentence} (${code})` };
}

export function newerDatabaseProblem(file: string): StoreProblem {
  return {
    code: 'newer',
    message: `The database ${file} was written by a newer version of Pointsman. Install that version again, or set POINTSMAN_HOME to another folder.`,
  };
}
