export interface InteractiveFigures {
  records: number;
  loads: number;
  medianMs: number;
  worstMs: number;
}

export interface OpenFigures {
  seconds: number;
  requestsPerSecond: number;
  sent: number;
  /** Events of requests that the page got. */
  received: number;
  heapMbAtFirst: number;
  heapMbAtLast: number;
  /** The straight line through the measured heaps, drawn on to ten minutes. */
  growthMbInTenMinutes: number;
  domNodesAtFirst: number;
  domNodesAtLast: number;
}

export interface Figures {
  interactive: InteractiveFigures;
  open: OpenFigures;
}

export interface HeapSample {
  atMs: number;
  heapBytes: number;
  domNodes: number;
}

const TEN_MINUTES_MS = 600_000;
const MEGABYTE = 1024 ** 2;

export function toInteractiveFigures(records: number, loadsMs: readonly number[]): InteractiveFigures {
  const sorted = [...loadsMs].sort((one, other) => one - other);
  return {
    records,
    loads: sorted.length,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? NaN),
    worstMs: Math.round(sorted.at(-1) ?? NaN),
  };
}

/** Least squares: what a leak adds in ten minutes, whatever the collector left lying about at either end. */
export function growthInTenMinutes(samples: readonly HeapSample[]): number {
  const meanAt = mean(samples.map(({ atMs }) => atMs));
  const meanHeap = mean(samples.map(({ heapBytes }) => heapBytes));
  const covariance = mean(samples.map(({ atMs, heapBytes }) => (atMs - meanAt) * (heapBytes - meanHeap)));
  const variance = mean(samples.map(({ atMs }) => (atMs - meanAt) ** 2));
  return ((covariance / variance) * TEN_MINUTES_MS) / MEGABYTE;
}

export function toMegabytes(bytes: number): number {
  return Math.round((bytes / MEGABYTE) * 100) / 100;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
