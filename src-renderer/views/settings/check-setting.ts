import type { z } from 'zod';
import { findSetting } from '../../../src-shared/setting-paths.ts';
import { t } from '../../strings/t.ts';
import type { SettingWords } from '../../strings/setting-words.ts';
import { printNumber } from './print-value.ts';
import type { Setting } from './setting-list.ts';

/** What is wrong with a value, with the limit that it breaks, by the schema that the engine checks it with; null: nothing. */
export function checkSetting({ path, words }: Pick<Setting, 'path' | 'words'>, value: unknown): string | null {
  const parsed = findSetting(path)?.safeParse(value);
  const issue = parsed?.error?.issues[0];
  if (issue === undefined) return null;
  const place = issue.path.find((part) => typeof part === 'number');
  const problem = describe(issue, words);
  return place === undefined ? problem : t.settings.problems.entry(place + 1, problem);
}

function describe(issue: z.core.$ZodIssue, words: SettingWords): string {
  const { problems } = t.settings;
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' ? problems.empty : problems.atLeast(printNumber(Number(issue.minimum), words));
    case 'too_big':
      return problems.atMost(printNumber(Number(issue.maximum), words));
    case 'invalid_type':
      return issue.expected === 'int' ? problems.whole : problems.number;
    case 'invalid_format':
      return issue.format === 'url' ? problems.url : issue.message;
    case 'invalid_union':
      return describe(issue.errors.at(-1)?.[0] ?? { ...issue, code: 'custom' }, words);
    default:
      return issue.message;
  }
}
