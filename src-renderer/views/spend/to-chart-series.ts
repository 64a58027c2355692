import type { ProviderStatus } from '../../../src-shared/control.ts';
import type { SpendReport } from '../../../src-shared/money.ts';
import type { ChartSeries } from '../../components/chart-options.ts';
import type { Tone } from '../../components/tone.ts';
import { t } from '../../strings/t.ts';
import { nameOfRow } from './spend-choices.ts';

type Row = SpendReport['rows'][number];
type Providers = readonly Pick<ProviderStatus, 'id' | 'track'>[];

/** More could not be told apart. */
const MOST = 5;
/** Of one colour, from the dearest to the cheapest. */
const SHADES = [1, 0.68, 0.46, 0.3, 0.18] as const;

/** The days of the report, each at its local midnight. */
export function daysOf({ fromMs, rows }: SpendReport): number[] {
  const first = new Date(fromMs);
  return Array.from({ length: rows[0]?.days.length ?? 0 }, (_, index) =>
    new Date(first.getFullYear(), first.getMonth(), first.getDate() + index).getTime(),
  );
}

/** The dearest rows as series that stand on each other; what is left of them as one. Empty: nothing cost money. */
export function toChartSeries({ by, rows }: SpendReport, providers: Providers): ChartSeries[] {
  const paid = rows.filter(({ costNanoUsd }) => costNanoUsd > 0);
  const shown = paid.length > MOST ? paid.slice(0, MOST - 1) : paid;
  const rest = paid.slice(shown.length);
  const used = new Map<Tone, number>();
  const parts = shown.map((row) => {
    const tone = toneOf(by, row.key, providers);
    const place = used.get(tone) ?? 0;
    used.set(tone, place + 1);
    return { label: nameOfRow(by, row.key), values: row.days, tone, kind: 'bars', shade: SHADES[place] ?? 1 } as const;
  });
  if (rest.length === 0) return parts;
  return [
    ...parts,
    { label: t.spend.others(rest.length), values: sumOf(rest), tone: 'plain', kind: 'bars', shade: 0.12 },
  ];
}

function toneOf(by: SpendReport['by'], key: string | null, providers: Providers): Tone {
  if (by === 'track') return key === 'local' || key === 'cloud' ? key : 'plain';
  return (by === 'provider' ? providers.find(({ id }) => id === key)?.track : undefined) ?? 'plain';
}

function sumOf(rows: readonly Row[]): number[] {
  const length = rows[0]?.days.length ?? 0;
  return Array.from({ length }, (_, day) => rows.reduce((sum, row) => sum + (row.days[day] ?? 0), 0));
}
