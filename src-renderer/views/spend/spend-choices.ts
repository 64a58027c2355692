import type { SpendReport } from '../../../src-shared/money.ts';
import { t } from '../../strings/t.ts';

export const DAY_COUNTS = ['7', '30', '90', '365'] as const;
export const GROUPS = ['app', 'provider', 'track'] as const;

/** What a row of the report is called. */
export function nameOfRow(by: SpendReport['by'], key: string | null): string {
  if (key === null) return t.spend.noKey[by];
  return by === 'track' && (key === 'local' || key === 'cloud') ? t.frame.tracks[key] : key;
}
