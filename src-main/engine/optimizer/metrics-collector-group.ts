import { quantileOfSorted } from '../stats/quantile.ts';
import type { Metric, SampleRing } from './metrics-collector-ring.ts';

/** Of the values that were known. */
export interface Distribution {
  count: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
}

/** Of the values that were known; `null` in its place: none was. */
export interface Average {
  count: number;
  mean: number;
}

export interface GroupMetrics {
  requests: number;
  succeeded: number;
  /** null: no request. */
  successRate: number | null;
  /** Of successful requests only: who fails at once is not fast. */
  firstTokenMs: Distribution | null;
  totalMs: Distribution | null;
  tokensPerSecond: Average | null;
  /** Sum of the known costs. */
  costNanoUsd: number;
  knownCosts: number;
  unknownCosts: number;
  quality: Average | null;
  /** Sum of the known ones. */
  energyJoules: number;
  unknownEnergies: number;
  /** Second calls started. */
  hedges: number;
  /** Sum of the known ones. */
  wastedNanoUsd: number;
  unknownWaste: number;
}

/** Adds up the samples of one group while a window is read. */
export class MetricsGroup {
  readonly #firstTokenMs: Float64Array;
  readonly #totalMs: Float64Array;
  readonly #sums = { tokensPerSecond: 0, costNanoUsd: 0, quality: 0, energyJoules: 0, hedges: 0, wastedNanoUsd: 0 };
  readonly #counts = { ...this.#sums };
  #firstTokens = 0;
  #totals = 0;
  #requests = 0;
  #succeeded = 0;

  /** `capacity`: samples at most. */
  constructor(capacity: number) {
    this.#firstTokenMs = new Float64Array(capacity);
    this.#totalMs = new Float64Array(capacity);
  }

  add(ring: SampleRing, row: number): void {
    this.#requests += 1;
    if (ring.labelsOf(row).succeeded) this.#addSuccess(ring, row);
    this.#addTo('tokensPerSecond', ring, row);
    this.#addTo('costNanoUsd', ring, row);
    this.#addTo('quality', ring, row);
    this.#addTo('energyJoules', ring, row);
    this.#addTo('hedges', ring, row);
    this.#addTo('wastedNanoUsd', ring, row);
  }

  read(): GroupMetrics {
    const sums = this.#sums;
    const counts = this.#counts;
    return {
      requests: this.#requests,
      succeeded: this.#succeeded,
      successRate: this.#requests === 0 ? null : this.#succeeded / this.#requests,
      firstTokenMs: toDistribution(this.#firstTokenMs.subarray(0, this.#firstTokens)),
      totalMs: toDistribution(this.#totalMs.subarray(0, this.#totals)),
      tokensPerSecond: toAverage(sums.tokensPerSecond, counts.tokensPerSecond),
      costNanoUsd: sums.costNanoUsd,
      knownCosts: counts.costNanoUsd,
      unknownCosts: this.#requests - counts.costNanoUsd,
      quality: toAverage(sums.quality, counts.quality),
      energyJoules: sums.energyJoules,
      unknownEnergies: this.#requests - counts.energyJoules,
      hedges: sums.hedges,
      wastedNanoUsd: sums.wastedNanoUsd,
      unknownWaste: this.#requests - counts.wastedNanoUsd,
    };
  }

  #addSuccess(ring: SampleRing, row: number): void {
    this.#succeeded += 1;
    const firstTokenMs = ring.valueOf('firstTokenMs', row);
    const totalMs = ring.valueOf('totalMs', row);
    if (!Number.isNaN(firstTokenMs)) this.#firstTokenMs[this.#firstTokens++] = firstTokenMs;
    if (!Number.isNaN(totalMs)) this.#totalMs[this.#totals++] = totalMs;
  }

  #addTo(metric: Exclude<Metric, 'firstTokenMs' | 'totalMs'>, ring: SampleRing, row: number): void {
    const value = ring.valueOf(metric, row);
    if (Number.isNaN(value)) return;
    this.#sums[metric] += value;
    this.#counts[metric] += 1;
  }
}

function toAverage(sum: number, count: number): Average | null {
  return count === 0 ? null : { count, mean: sum / count };
}

/** Sorts the values where they are. */
function toDistribution(values: Float64Array): Distribution | null {
  values.sort();
  const p50 = quantileOfSorted(values, 0.5);
  const p95 = quantileOfSorted(values, 0.95);
  const p99 = quantileOfSorted(values, 0.99);
  if (p50 === null || p95 === null || p99 === null) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return { count: values.length, mean: sum / values.length, p50, p95, p99 };
}
