import type { OptimizerStatus, WindowView } from '../../../src-shared/optimizer.ts';
import type { GroupMetrics } from './metrics-collector-group.ts';
import type { MetricsView } from './metrics-collector.ts';

const MINUTE_MS = 60_000;

/** The windows as people read them. */
export function toWindowViews({ windows }: MetricsView): OptimizerStatus['windows'] {
  return windows.map(({ spanMs, total, paths }) => ({
    name: spanMs < 60 * MINUTE_MS ? `${spanMs / MINUTE_MS} minutes` : `${spanMs / (60 * MINUTE_MS)} h`,
    total: toView(total),
    byPath: Object.fromEntries(Object.entries(paths).map(([path, group]) => [path, toView(group)])),
  }));
}

function toView(group: GroupMetrics): WindowView {
  const { firstTokenMs, totalMs, quality } = group;
  return {
    requests: group.requests,
    successRate: group.successRate,
    firstTokenP50Ms: firstTokenMs?.p50 ?? null,
    firstTokenP95Ms: firstTokenMs?.p95 ?? null,
    firstTokenP99Ms: firstTokenMs?.p99 ?? null,
    meanDurationMs: totalMs?.mean ?? null,
    costNanoUsd: group.costNanoUsd,
    unknownCosts: group.unknownCosts,
    quality: quality?.mean ?? null,
  };
}
