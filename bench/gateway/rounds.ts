import { medianOf } from './quantiles.ts';

/** One value of some measurement for each contestant, all taken close together in time. */
export type Round = ReadonlyMap<string, number>;

/** Visits the items in turn, starting one further each round, so that none is always first. */
export async function measureRounds<Item extends { name: string }, Sample>(options: {
  items: readonly Item[];
  rounds: number;
  measure: (item: Item) => Promise<Sample>;
}): Promise<Map<string, Sample>[]> {
  const { items, rounds, measure } = options;
  const results: Map<string, Sample>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const samples = new Map<string, Sample>();
    const start = round % items.length;
    for (const item of [...items.slice(start), ...items.slice(0, start)]) samples.set(item.name, await measure(item));
    results.push(samples);
  }
  return results;
}

export function pick<Sample>(rounds: readonly Map<string, Sample>[], value: (sample: Sample) => number): Round[] {
  return rounds.map((round) => new Map([...round].map(([name, sample]) => [name, value(sample)])));
}

/** Median over the rounds; null when it was not measured. */
export function median(rounds: readonly Round[], name: string): number | null {
  return finite(medianOf(rounds.flatMap((round) => round.get(name) ?? [])));
}

/** Median over the rounds of `name` against `base` in the same round; null when one of them was not measured. */
export function medianRatio(rounds: readonly Round[], name: string, base: string): number | null {
  return compare(rounds, { name, base, with: (value, other) => value / other });
}

export function medianDifference(rounds: readonly Round[], name: string, base: string): number | null {
  return compare(rounds, { name, base, with: (value, other) => value - other });
}

function compare(
  rounds: readonly Round[],
  options: { name: string; base: string; with: (value: number, other: number) => number },
): number | null {
  const results = rounds.flatMap((round) => {
    const [value, other] = [round.get(options.name), round.get(options.base)];
    return value === undefined || other === undefined ? [] : [options.with(value, other)];
  });
  return finite(medianOf(results));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
