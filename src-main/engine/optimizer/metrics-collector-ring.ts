import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Track } from '../routing/endpoint.ts';
import type { Path } from '../store/records.ts';
import type { MetricsSample } from './metrics-collector-sample.ts';

/** What is kept of a sample in columns of numbers; NaN stands for unknown. */
export const METRICS = [
  'firstTokenMs',
  'totalMs',
  'tokensPerSecond',
  'costNanoUsd',
  'quality',
  'energyJoules',
  'hedges',
  'wastedNanoUsd',
] as const;
export type Metric = (typeof METRICS)[number];

export interface SampleLabels {
  path: Path | null;
  track: Track | null;
  strategy: Strategy;
  succeeded: boolean;
}

/**
 * The last samples, in the order they came. A full ring forgets the oldest. Columns of numbers instead of objects: a
 * request leaves nothing behind for the collector but one small row of labels, and those repeat, so they are shared.
 */
export class SampleRing {
  readonly #capacity: number;
  readonly #atMs: Float64Array;
  readonly #columns: Record<Metric, Float64Array>;
  readonly #labels: SampleLabels[] = [];
  readonly #known: SampleLabels[] = [];
  #next = 0;
  #count = 0;
  #lastMs = -Infinity;
  #lostMs = -Infinity;

  constructor(capacity: number) {
    const column = () => new Float64Array(capacity);
    this.#capacity = capacity;
    this.#atMs = column();
    this.#columns = {
      firstTokenMs: column(),
      totalMs: column(),
      tokensPerSecond: column(),
      costNanoUsd: column(),
      quality: column(),
      energyJoules: column(),
      hedges: column(),
      wastedNanoUsd: column(),
    };
  }

  get count(): number {
    return this.#count;
  }

  /** A time before the last one counts as that one, so that rows stay in order. */
  add(sample: MetricsSample, atMs: number): void {
    const row = this.#next;
    if (this.#count === this.#capacity) this.#lostMs = this.#atMs[row] ?? this.#lostMs;
    else this.#count += 1;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#atMs[row] = this.#lastMs;
    this.#labels[row] = this.#shareLabels(sample);
    this.#note(row, sample);
    this.#next = (row + 1) % this.#capacity;
  }

  /** Written out: looked up by name in a loop, each of them would take longer than all of them do. */
  #note(row: number, sample: MetricsSample): void {
    const columns = this.#columns;
    columns.firstTokenMs[row] = sample.firstTokenMs ?? NaN;
    columns.totalMs[row] = sample.totalMs ?? NaN;
    columns.tokensPerSecond[row] = sample.tokensPerSecond ?? NaN;
    columns.costNanoUsd[row] = sample.costNanoUsd ?? NaN;
    columns.quality[row] = sample.quality ?? NaN;
    columns.energyJoules[row] = sample.energyJoules ?? NaN;
    columns.hedges[row] = sample.hedges;
    columns.wastedNanoUsd[row] = sample.wastedNanoUsd ?? NaN;
  }

  /** Row of the sample with this index, 0 being the oldest. */
  rowAt(index: number): number {
    return (this.#next - this.#count + index + this.#capacity) % this.#capacity;
  }

  labelsOf(row: number): SampleLabels {
    const labels = this.#labels[row];
    if (labels === undefined) throw new RangeError(`there is no sample in row ${row}`);
    return labels;
  }

  /** NaN: unknown. */
  valueOf(metric: Metric, row: number): number {
    return this.#columns[metric][row] ?? NaN;
  }

  /** Index of the oldest sample that is younger than this time; `count` when there is none. */
  firstSince(timeMs: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#atMs[this.rowAt(middle)] ?? 0) > timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Was a sample younger than this time forgotten for lack of room? */
  hasLost(timeMs: number): boolean {
    return this.#lostMs > timeMs;
  }

  #shareLabels({ path, track, strategy, succeeded }: MetricsSample): SampleLabels {
    for (const known of this.#known) {
      if (
        known.path === path &&
        known.strategy === strategy &&
        known.track === track &&
        known.succeeded === succeeded
      ) {
        return known;
      }
    }
    const labels = { path, track, strategy, succeeded };
    this.#known.push(labels);
    return labels;
  }
}
