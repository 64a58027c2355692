import { z } from 'zod';
import type { Setting } from './setting-list.ts';

/** One line of a setting that is a table. Empty texts and null are what is not filled in. */
export type Row = Readonly<Record<string, string | number | null>>;

type RowsKind = Extract<Setting['kind'], { type: 'rows' }>['of'];

interface RowsShape {
  /** Columns of figures; the others are text. */
  numbers: readonly string[];
  toRows: (value: unknown) => Row[];
  /** Lines whose first field is filled in, as the setting wants them. */
  fromRows: (rows: readonly Row[]) => unknown;
}

const cell = z.union([z.string(), z.number(), z.null()]);
const line = z.record(z.string(), cell);

export const ROWS: Readonly<Record<RowsKind, RowsShape>> = {
  names: {
    numbers: [],
    toRows: (value) =>
      Object.entries(z.record(z.string(), z.string()).parse(value)).map(([key, own]) => ({ key, value: own })),
    fromRows: (rows) => Object.fromEntries(rows.map(({ key, value }) => [String(key), value ?? ''])),
  },
  budgets: {
    numbers: ['dayUsd', 'monthUsd'],
    toRows: (value) =>
      Object.entries(z.record(z.string(), line).parse(value)).map(([key, limits]) => ({ key, ...limits })),
    fromRows: (rows) => Object.fromEntries(rows.map(({ key, ...limits }) => [String(key), limits])),
  },
  prices: {
    numbers: ['input', 'output', 'cachedInput', 'cacheWrite', 'reasoning'],
    toRows: (value) => z.array(line).parse(value),
    fromRows: (rows) => rows,
  },
};

/** A line with nothing in it. */
export function newRow(columns: readonly string[], { numbers }: Pick<RowsShape, 'numbers'>): Row {
  return Object.fromEntries(columns.map((name) => [name, numbers.includes(name) ? null : '']));
}
