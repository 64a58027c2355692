import Histogram from 'prom-client/lib/histogram.js';
import type { Registry } from 'prom-client';

interface Tally {
  labels: Record<string, string>;
  /** By bucket, those beyond the last one at the end. */
  counts: number[];
  sum: number;
  count: number;
}

/**
 * A histogram by one label that keeps plain numbers, in the library's form only for the moment of reading. The library's
 * `observe` joins its labels to a string and looks them up by it, each time.
 */
export class TallyHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string | null;
  readonly #bounds: readonly number[];
  readonly #tallies = new Map<string, Tally>();

  /** Without a label there is one tally from the beginning; with one, those of the values that were met. */
  constructor(options: { name: string; help: string; label: string | null; bounds: readonly number[]; in: Registry }) {
    const { name, help, label, bounds } = options;
    super({ name, help, labelNames: label === null ? [] : [label], buckets: [...bounds], registers: [options.in] });
    this.#name = name;
    this.#help = help;
    this.#label = label;
    this.#bounds = bounds;
    if (label === null) this.#open('');
  }

  /** Counts a finite value. `of`: what the label says, '' without one. */
  add(of: string, value: number): void {
    const tally = this.#tallies.get(of) ?? this.#open(of);
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    tally.counts[at] = (tally.counts[at] ?? 0) + 1;
    tally.sum += value;
    tally.count += 1;
  }

  /** What the registry prints. */
  getForPromString(): Promise<object> {
    const values = [...this.#tallies.values()].flatMap((tally) => this.#print(tally));
    return Promise.resolve({ name: this.#name, help: this.#help, type: 'histogram', values, aggregator: 'sum' });
  }

  #open(of: string): Tally {
    const counts = new Array<number>(this.#bounds.length + 1).fill(0);
    const labels = this.#label === null ? {} : { [this.#label]: of };
    const tally = { labels, counts, sum: 0, count: 0 };
    this.#tallies.set(of, tally);
    return tally;
  }

  #print({ labels, counts, sum, count }: Tally): object[] {
    let upTo = 0;
    const sample = (suffix: string, value: number, own: Record<string, number | string> = {}) => ({
      metricName: `${this.#name}_${suffix}`,
      labels: own,
      sharedLabels: labels,
      value,
    });
    return [
      ...this.#bounds.map((le, at) => sample('bucket', (upTo += counts[at] ?? 0), { le })),
      sample('bucket', count, { le: '+Inf' }),
      sample('sum', sum),
      sample('count', count),
    ];
  }
}
