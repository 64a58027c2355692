import type { DecisionFigures } from './measure-decision.ts';
import type { JudgedDemand } from './demands.ts';
import type { RowFigures } from './figures.ts';

const MEBIBYTE = 1024 * 1024;

interface Column {
  title: string;
  text: (row: RowFigures) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'CPU µs/req', text: (row) => decimal(row.cpuUsPerRequest) },
  { title: '×min', text: (row) => decimal(row.cpuPerRequestVsMinimal, 2) },
  { title: 'CPU µs/chunk', text: (row) => decimal(row.cpuUsPerChunk) },
  { title: '×min', text: (row) => decimal(row.cpuPerChunkVsMinimal, 2) },
  { title: 'p50/p99 @1', text: (row) => pair(row.addedP50Us, row.addedP99Us) },
  { title: 'p50/p99 @8', text: (row) => pair(row.addedP50AtEightUs, row.addedP99AtEightUs) },
  { title: '1st chunk', text: (row) => milliseconds(row.addedFirstChunkP50Us) },
  { title: 'req/s @32', text: (row) => decimal(row.requestsPerSecond, 0) },
  { title: 'RSS idle', text: (row) => megabytes(row.rssIdleBytes) },
  { title: 'early', text: (row) => megabytes(row.rssEarlyBytes) },
  { title: 'loaded', text: (row) => megabytes(row.rssLoadedBytes) },
  { title: 'after', text: (row) => decimal(row.loadedAfterRequests, 0) },
  { title: 'idle CPU µs/s', text: (row) => decimal(row.idleCpuUsPerSecond, 0) },
];

/** The table: latencies in milliseconds beyond direct, memory in MB. */
export function formatTable(rows: ReadonlyMap<string, RowFigures>): string {
  const lines = [
    ['', ...COLUMNS.map(({ title }) => title)],
    ...[...rows].map(([name, row]) => [name, ...COLUMNS.map(({ text }) => text(row))]),
  ];
  const widths = ['', ...COLUMNS].map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const align = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  return lines.map((line) => line.map(align).join('  ')).join('\n');
}

/** What a decision costs by itself, in a line. */
export function formatDecision(decision: DecisionFigures | null): string {
  if (decision === null) return '';
  const { endpoints, decisionP50Us, decisionP99Us, completionP50Us, updateMeanUs } = decision;
  return (
    `Optimizer alone, ${endpoints} endpoints: decision p50 ${decisionP50Us.toFixed(0)} µs, p99 ${decisionP99Us.toFixed(0)} µs; ` +
    `booking ${completionP50Us.toFixed(1)} µs; learning (later) ${updateMeanUs.toFixed(1)} µs`
  );
}

export function formatDemands(demands: readonly JudgedDemand[]): string {
  const width = Math.max(...demands.map(({ demand }) => demand.length));
  return demands
    .map(({ demand, unit, value, limit, verdict, stretch, stretchReached }) => {
      const stretchText =
        stretch === null || stretchReached === null
          ? ''
          : `, stretch ≤ ${short(stretch)} ${stretchReached ? 'reached' : 'not reached'}`;
      const shown = value === null ? '' : `${short(value)} ${unit} `;
      return `${verdict.padEnd(12)}  ${demand.padEnd(width)}  ${shown}(≤ ${short(limit)} ${unit}${stretchText})`;
    })
    .join('\n');
}

function decimal(value: number | null, digits = 1): string {
  return value === null ? '-' : value.toFixed(digits);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function milliseconds(us: number | null): string {
  return us === null ? '-' : (us / 1000).toFixed(2);
}

function pair(p50Us: number | null, p99Us: number | null): string {
  return p50Us === null ? '-' : `${milliseconds(p50Us)}/${milliseconds(p99Us)}`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? '-' : (bytes / MEBIBYTE).toFixed(0);
}
