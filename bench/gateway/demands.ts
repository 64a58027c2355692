import { PASS_THROUGH, ROUTED } from './contestants/contestant.ts';
import type { Measurements, RowFigures } from './figures.ts';
import { BLOCK_LIMIT_MS } from './measure-full-database.ts';
import { medianOf } from './quantiles.ts';

const LOAD_REQUESTS = 50_000;
const STORED_REQUESTS = 1_000_000;
const MEBIBYTE = 1024 * 1024;

export type Verdict = 'pass' | 'MISS' | 'not measured';

export interface JudgedDemand {
  demand: string;
  unit: string;
  value: number | null;
  limit: number;
  verdict: Verdict;
  /** A wish beyond the demand; missing it is no fault. */
  stretch: number | null;
  stretchReached: boolean | null;
}

interface Demand {
  demand: string;
  unit: string;
  limit: number;
  stretch?: number;
  /** null: not measured. */
  value: (facts: Facts) => number | null;
}

interface Facts {
  row: RowFigures | undefined;
  routed: RowFigures | undefined;
  measured: Measurements;
}

/** What Pointsman must keep with everything on, exact-name pass-through unless said otherwise. All are upper limits. */
const DEMANDS: readonly Demand[] = [
  {
    demand: 'CPU per request, against the minimal proxy',
    unit: '×',
    limit: 1.6,
    stretch: 1,
    value: ({ row }) => row?.cpuPerRequestVsMinimal ?? null,
  },
  {
    demand: 'CPU per routed request, against the minimal proxy',
    unit: '×',
    limit: 2.5,
    stretch: 1.6,
    value: ({ routed }) => routed?.cpuPerRequestVsMinimal ?? null,
  },
  {
    demand: 'decision over 40 endpoints, p99',
    unit: 'ms',
    limit: 1,
    value: ({ measured: { decision } }) => scale(decision?.decisionP99Us, 1 / 1000),
  },
  {
    demand: 'CPU per paced chunk, against the minimal proxy',
    unit: '×',
    limit: 1.2,
    stretch: 0.9,
    value: ({ row }) => row?.cpuPerChunkVsMinimal ?? null,
  },
  {
    demand: 'p50 on one connection, beyond the minimal proxy',
    unit: 'ms',
    limit: 0.1,
    value: ({ row }) => scale(row?.p50VsMinimalUs, 1 / 1000),
  },
  {
    demand: 'first streamed chunk p50, beyond the minimal proxy',
    unit: 'ms',
    limit: 0.35,
    value: ({ row }) => scale(row?.firstChunkP50VsMinimalUs, 1 / 1000),
  },
  {
    demand: 'CPU per request, against Portkey',
    unit: '×',
    limit: 1 / 5,
    stretch: 1 / 13,
    value: ({ row }) => row?.cpuPerRequestVsPortkey ?? null,
  },
  { demand: 'RSS idle', unit: 'MB', limit: 110, value: ({ row }) => scale(row?.rssIdleBytes, 1 / MEBIBYTE) },
  {
    demand: 'RSS loaded',
    unit: 'MB',
    limit: 180,
    value: ({ row }) => (isLoaded(row) ? scale(row?.rssLoadedBytes, 1 / MEBIBYTE) : null),
  },
  {
    demand: 'RSS growth from 10,000 to 50,000 requests',
    unit: 'MB',
    limit: 10,
    value: ({ row }) => (isLoaded(row) ? scale(row?.rssGrowthBytes, 1 / MEBIBYTE) : null),
  },
  {
    demand: 'event loop, longest block',
    unit: 'ms',
    limit: BLOCK_LIMIT_MS,
    value: ({ measured }) => measured.fullDatabase?.longestBlockMs ?? null,
  },
  {
    demand: 'CPU per request with 1,000,000 stored requests, against none',
    unit: '×',
    limit: 1.15,
    value: ({ measured: { fullDatabase } }) =>
      fullDatabase?.storedRequests === STORED_REQUESTS ? finite(medianOf(fullDatabase.cpuRatios)) : null,
  },
];

/** Each demand with its value in this run. */
export function judge(options: { rows: ReadonlyMap<string, RowFigures>; measured: Measurements }): JudgedDemand[] {
  const facts: Facts = {
    row: options.rows.get(PASS_THROUGH),
    routed: options.rows.get(ROUTED),
    measured: options.measured,
  };
  return DEMANDS.map(({ demand, unit, limit, stretch, value: read }) => {
    const value = read(facts);
    return {
      demand,
      unit,
      value,
      limit,
      verdict: value === null ? 'not measured' : value <= limit ? 'pass' : 'MISS',
      stretch: stretch ?? null,
      stretchReached: value === null || stretch === undefined ? null : value <= stretch,
    };
  });
}

function isLoaded(row: RowFigures | undefined): boolean {
  return (row?.loadedAfterRequests ?? 0) >= LOAD_REQUESTS;
}

function scale(value: number | null | undefined, factor: number): number | null {
  return value === null || value === undefined ? null : value * factor;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
