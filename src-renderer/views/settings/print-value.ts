import { t } from '../../strings/t.ts';
import type { Setting } from './setting-list.ts';

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6, useGrouping: false });

/** A value as it is told beside the field, `10 s`. */
export function printValue({ kind, words }: Pick<Setting, 'kind' | 'words'>, value: unknown): string {
  const { values } = t.settings;
  if (kind.type === 'choice') return words.options?.[String(value)] ?? String(value);
  if (typeof value === 'boolean') return value ? values.on : values.off;
  if (typeof value === 'number') return printNumber(value, words);
  if (value === null) return words.empty ?? values.none;
  if (typeof value === 'string') return words.options?.[value] ?? (value === '' ? values.none : value);
  const count = typeof value === 'object' ? Object.keys(value).length : 0;
  return count === 0 ? values.none : values.entries(count);
}

/** In the unit on show. */
export function printNumber(value: number, { scale = 1, unit }: Setting['words']): string {
  const text = numbers.format(value / scale);
  return unit === undefined ? text : `${text} ${unit}`;
}
