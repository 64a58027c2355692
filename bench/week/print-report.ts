import { formatRows } from '../simulation/format-rows.ts';
import type { DayFigures } from './calibration.ts';
import type { ContextFigures } from './context-figures.ts';
import type { JudgedDemand } from './demands.ts';
import type { MeanFigures } from './mean-figures.ts';

interface Column {
  title: string;
  text: (row: MeanFigures) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'cost $', text: ({ costUsd }) => costUsd.toFixed(2) },
  { title: 'first token p50', text: ({ firstTokenP50Ms }) => milliseconds(firstTokenP50Ms) },
  { title: 'p95', text: ({ firstTokenP95Ms }) => milliseconds(firstTokenP95Ms) },
  { title: 'good', text: ({ quality }) => percent(quality) },
  { title: 'Wh', text: ({ energyWh }) => energyWh.toFixed(1) },
  { title: 'of battery', text: ({ batteryWh }) => batteryWh.toFixed(1) },
  { title: 'local', text: ({ localShare }) => percent(localShare) },
  { title: 'over budget', text: ({ budgetMisses }) => budgetMisses.toFixed(0) },
  { title: 'failed', text: ({ failures }) => failures.toFixed(0) },
  { title: 'too late', text: ({ deadlineMisses }) => deadlineMisses.toFixed(0) },
  { title: 'total', text: ({ total }) => total.toFixed(3) },
  { title: '', text: ({ total }) => bar(total / MOST_TOTAL) },
];

/** A bar as long as this is full. */
const MOST_TOTAL = 2;
const BAR = 16;

export function formatTable(rows: ReadonlyMap<string, MeanFigures>): string {
  const body = [...rows].map(([name, row]) => [name, ...COLUMNS.map(({ text }) => text(row))]);
  return formatRows([['', ...COLUMNS.map(({ title }) => title)], ...body]);
}

export function formatContexts(contexts: readonly ContextFigures[]): string {
  const head = ['adaptive, when', 'requests', 'first token p50', 'p95', 'good', 'local', 'cost $', 'acts as'];
  const body = contexts.map((figures) => [
    figures.context,
    String(figures.requests),
    milliseconds(figures.firstTokenP50Ms),
    milliseconds(figures.firstTokenP95Ms),
    percent(figures.quality),
    percent(figures.localShare),
    figures.costUsd.toFixed(2),
    Object.entries(figures.actsAs)
      .sort(([, one], [, other]) => other - one)
      .map(([strategy, share]) => `${strategy} ${percent(share)}`)
      .join(', '),
  ]);
  return formatRows([head, ...body]);
}

export function formatDays(days: readonly DayFigures[]): string {
  const head = [
    'adaptive, by day',
    'local',
    '',
    'good',
    '',
    'foreseen',
    'off by',
    'first token off by',
    'cost foreseen/true',
  ];
  const body = days.map((day) => [
    day.day,
    percent(day.localShare),
    bar(day.localShare),
    percent(day.quality),
    bar(day.quality),
    percent(day.qualityPredicted),
    percent(day.qualityError),
    day.firstTokenFactor === null ? '-' : `×${day.firstTokenFactor.toFixed(2)}`,
    day.costRatio === null ? '-' : day.costRatio.toFixed(2),
  ]);
  return formatRows([head, ...body]);
}

export function formatDemands(demands: readonly JudgedDemand[]): string {
  const width = Math.max(...demands.map(({ demand }) => demand.length));
  return demands
    .map(({ demand, unit, value, limit, isLeast, verdict }) => {
      const shown =
        value === null || limit === null ? '' : `${short(value)} ${unit} (${isLeast ? '≥' : '≤'} ${short(limit)})`;
      return `${verdict.padEnd(12)}  ${demand.padEnd(width)}  ${shown}`;
    })
    .join('\n');
}

function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return '█'.repeat(full) + '·'.repeat(BAR - full);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(0)} ms`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
