import { plural } from '../plural.ts';

export const logs = {
  text: 'What the engine did, newest first. Never what was asked or answered, and never a key.',
  level: 'Show from level',
  levels: { debug: 'Everything', info: 'Info', warn: 'Warnings', error: 'Errors' },
  marks: { debug: 'debug', info: 'info', warn: 'warning', error: 'error' },
  search: 'Search',
  searchHint: 'Word, model, request id…',
  shown: (count: number) => plural(count, { one: '# line', other: '# lines' }),
  copy: 'Copy these lines',
  copied: 'The lines are on the clipboard.',
  copyFailed: 'The lines could not be copied.',
  folder: 'Open the folder',
  file: 'Kept in',
  inMemory: 'These lines are kept in memory only; the engine also writes them to its error stream.',
  lines: 'Log lines',
  empty: 'Nothing at this level yet',
  emptyText: 'New lines appear here by themselves.',
  noMatch: 'No line holds these words',
} as const;
