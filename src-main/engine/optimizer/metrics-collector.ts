import type { Strategy } from '../../../src-shared/strategy.ts';
import type { Clock } from '../ports.ts';
import type { Track } from '../routing/endpoint.ts';
import type { Path } from '../store/records.ts';
import { MetricsGroup, type GroupMetrics } from './metrics-collector-group.ts';
import { SampleRing } from './metrics-collector-ring.ts';
import type { MetricsSample } from './metrics-collector-sample.ts';

/** The requests of the last `spanMs`, in total and by what served them. A group with no request is absent. */
export interface MetricsWindow {
  spanMs: number;
  /** True: there were more requests than are kept, and the window is shorter than its span. */
  isCut: boolean;
  total: GroupMetrics;
  paths: Partial<Record<Path, GroupMetrics>>;
  tracks: Partial<Record<Track, GroupMetrics>>;
  strategies: Partial<Record<Strategy, GroupMetrics>>;
}

export interface MetricsView {
  /** In the order of `windowsMs`. */
  windows: readonly MetricsWindow[];
  /** Samples refused since the start because a number in them made no sense. */
  rejected: number;
}

/** Five minutes for adaptation, an hour for people. */
const WINDOWS_MS: readonly [number, ...number[]] = [5 * 60_000, 3_600_000];
/** Enough for a p99 that means something, little enough for both windows to be read within five milliseconds. */
const CAPACITY = 2_048;

/**
 * Sliding windows over finished requests, bounded in time and in number. The samples themselves are kept, in columns of
 * numbers: adding one writes a row, nothing expires by timer, and all figures are exact. Time is monotonic.
 */
export class MetricsCollector {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #windowsMs: readonly number[];
  readonly #ring: SampleRing;
  #rejected = 0;

  constructor(options: { clock: Pick<Clock, 'monotonicMs'>; windowsMs?: readonly number[]; capacity?: number }) {
    this.#clock = options.clock;
    this.#windowsMs = options.windowsMs ?? WINDOWS_MS;
    this.#ring = new SampleRing(options.capacity ?? CAPACITY);
  }

  /** Takes one sample; false, and it is only counted, when a number in it is NaN, infinite, negative or a quality above 1. */
  record(sample: MetricsSample): boolean {
    if (!isSound(sample)) {
      this.#rejected += 1;
      return false;
    }
    this.#ring.add(sample, this.#clock.monotonicMs());
    return true;
  }

  /** All windows. `nowMs` is monotonic. */
  read(nowMs: number = this.#clock.monotonicMs()): MetricsView {
    return { windows: this.#windowsMs.map((spanMs) => this.readWindow(spanMs, nowMs)), rejected: this.#rejected };
  }

  /** The requests of the last `spanMs`: those less than `spanMs` old. */
  readWindow(spanMs: number, nowMs: number = this.#clock.monotonicMs()): MetricsWindow {
    const ring = this.#ring;
    const first = ring.firstSince(nowMs - spanMs);
    const capacity = ring.count - first;
    const total = new MetricsGroup(capacity);
    const paths = new Map<Path, MetricsGroup>();
    const tracks = new Map<Track, MetricsGroup>();
    const strategies = new Map<Strategy, MetricsGroup>();
    for (let index = first; index < ring.count; index += 1) {
      const row = ring.rowAt(index);
      total.add(ring, row);
      const { path, track, strategy } = ring.labelsOf(row);
      if (path !== null) groupOf(paths, path, capacity).add(ring, row);
      if (track !== null) groupOf(tracks, track, capacity).add(ring, row);
      groupOf(strategies, strategy, capacity).add(ring, row);
    }
    return {
      spanMs,
      isCut: first === 0 && ring.hasLost(nowMs - spanMs),
      total: total.read(),
      paths: readAll(paths),
      tracks: readAll(tracks),
      strategies: readAll(strategies),
    };
  }
}

function groupOf<Key>(groups: Map<Key, MetricsGroup>, key: Key, capacity: number): MetricsGroup {
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = new MetricsGroup(capacity)));
  return group;
}

function readAll<Key extends string>(groups: Map<Key, MetricsGroup>): Partial<Record<Key, GroupMetrics>> {
  const read: Partial<Record<Key, GroupMetrics>> = {};
  for (const [key, group] of groups) read[key] = group.read();
  return read;
}

function isSound(sample: MetricsSample): boolean {
  return (
    isAmount(sample.firstTokenMs) &&
    isAmount(sample.totalMs) &&
    isAmount(sample.tokensPerSecond) &&
    isAmount(sample.costNanoUsd) &&
    isAmount(sample.energyJoules) &&
    isAmount(sample.hedges) &&
    isAmount(sample.wastedNanoUsd) &&
    (sample.quality === null || (sample.quality >= 0 && sample.quality <= 1))
  );
}

function isAmount(value: number | null): boolean {
  return value === null || (value >= 0 && value < Infinity);
}
