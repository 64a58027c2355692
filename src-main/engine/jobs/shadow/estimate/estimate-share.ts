import type { Interval } from '../../../../../src-shared/jobs.ts';
import type { Rate } from '../judge/judge-quality.ts';
import { wilsonOfShare } from '../../../stats/wilson-interval.ts';

/** One judged answer. */
export interface SharePoint {
  stratum: string;
  /** 1 to estimate a share of requests, its cost to estimate a share of money. */
  size: number;
  /** 0 to 1; outside of that where it was corrected for its judge's errors. */
  value: number;
  /** Who judged it; null: it is certain. */
  judge: string | null;
}

export interface ShareQuestion {
  points: readonly SharePoint[];
  /** Size of each stratum of all that is asked about, judged or not. */
  strata: ReadonlyMap<string, number>;
  /** Size of what was drawn in each stratum and could not be judged. */
  missing: ReadonlyMap<string, number>;
  rates: ReadonlyMap<string, { ofGood: Rate; ofBad: Rate }>;
}

/** Below this a share is not told. */
const FEWEST_POINTS = 8;
/** The spread within a stratum is believed like its own points, that of all points like so many more. */
const SHARED_POINTS = 4;

/**
 * A share of everything, from a sample drawn with other chances in each stratum: each point stands for as much as its stratum
 * holds for each point that was judged in it (inverse inclusion probability, Horvitz & Thompson 1952). The interval is Wilson's
 * with the effective number of draws (Kish 1965; compared for such samples by Franco, Little, Louis & Slud 2019), whose variance
 * has that of the sample and that of the judges' error rates (delta method, as Rogan & Gladen 1978). What could not be judged
 * may be anything: it widens the interval by its whole share (Manski 1989). null: too few points, or nothing to ask about.
 */
export function estimateShare(question: ShareQuestion): Interval | null {
  const { points } = question;
  const cells = toCells(question);
  const total = cells.reduce((sum, { size }) => sum + size, 0);
  if (points.length < FEWEST_POINTS || total <= 0) return null;
  const weighted = cells.flatMap((cell) => weigh(cell, total));
  const sum = weighted.reduce((all, { weight }) => all + weight, 0);
  if (sum <= 0) return null;
  // Points of no cost tell nothing of money; the others stand for all.
  for (const point of weighted) point.weight /= sum;
  const mean = weighted.reduce((all, { weight, value }) => all + weight * value, 0);
  const variance = varianceOfSample(cells, weighted, mean) + varianceOfJudges(weighted, question.rates);
  const draws = effectiveDraws(mean, variance, 1 / weighted.reduce((all, { weight }) => all + weight ** 2, 0));
  const { value, low, high } = wilsonOfShare(Math.min(1, Math.max(0, mean)), draws);
  return widen({ mean: value, low, high }, missingShare(question, total));
}

interface Cell {
  name: string;
  size: number;
  points: readonly SharePoint[];
}

interface WeightedPoint extends SharePoint {
  weight: number;
  cell: string;
}

const TOGETHER = ' together';

/** Strata with fewer than two points are put together, so that each has a spread. */
function toCells({ points, strata, missing }: ShareQuestion): Cell[] {
  const byStratum = Map.groupBy(points, ({ stratum }) => stratum);
  const cells: Cell[] = [];
  const few: { size: number; points: SharePoint[] } = { size: 0, points: [] };
  for (const [name, size] of strata) {
    const own = byStratum.get(name) ?? [];
    // Drawn, and nothing of it could be judged: no other stratum speaks for it.
    if (own.length === 0 && missing.has(name)) continue;
    if (own.length >= 2) cells.push({ name, size, points: own });
    else {
      few.size += size;
      few.points.push(...own);
    }
  }
  if (few.points.length === 0) return spread(cells, few.size);
  return [...cells, { name: TOGETHER, ...few }];
}

/** Nothing is known of so much: the others stand for it. */
function spread(cells: readonly Cell[], size: number): Cell[] {
  const known = cells.reduce((sum, cell) => sum + cell.size, 0);
  return cells.map((cell) => ({ ...cell, size: known === 0 ? 0 : cell.size * (1 + size / known) }));
}

function weigh(cell: Cell, total: number): WeightedPoint[] {
  const drawn = cell.points.reduce((sum, { size }) => sum + size, 0);
  if (drawn === 0) return [];
  return cell.points.map((point) => ({
    ...point,
    cell: cell.name,
    weight: ((cell.size / total) * point.size) / drawn,
  }));
}

function varianceOfSample(cells: readonly Cell[], points: readonly WeightedPoint[], mean: number): number {
  const spreadOfAll = points.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / points.length;
  const byCell = Map.groupBy(points, ({ cell }) => cell);
  return cells.reduce(
    (sum, { name }) => sum + varianceOfCell(byCell.get(name) ?? [], cells.length > 1, spreadOfAll),
    0,
  );
}

/** Linearised, as the size of what is drawn is itself drawn. One stratum alone has Bernoulli's variance, as Wilson's interval wants. */
function varianceOfCell(points: readonly WeightedPoint[], isOneOfMany: boolean, spreadOfAll: number): number {
  const count = points.length;
  const weight = points.reduce((sum, point) => sum + point.weight, 0);
  if (count === 0 || weight === 0) return 0;
  const mean = points.reduce((sum, point) => sum + point.weight * point.value, 0) / weight;
  const squares = points.reduce((sum, point) => sum + point.weight ** 2, 0);
  const residuals = points.reduce((sum, point) => sum + (point.weight * (point.value - mean)) ** 2, 0);
  const own = isOneOfMany && count > 1 ? (residuals * count) / (count - 1) : residuals;
  return (count * own + SHARED_POINTS * squares * spreadOfAll) / (count + SHARED_POINTS);
}

/**
 * With y = (v - bad) / (good - bad), dy/d(bad) = (y - 1) / (good - bad) and dy/d(good) = -y / (good - bad). The errors of a
 * judge's rates are common to all its verdicts.
 */
function varianceOfJudges(points: readonly WeightedPoint[], rates: ShareQuestion['rates']): number {
  let variance = 0;
  for (const [judge, { ofGood, ofBad }] of rates) {
    const skill = ofGood.mean - ofBad.mean;
    let [byGood, byBad] = [0, 0];
    for (const point of points) {
      if (point.judge !== judge) continue;
      byGood -= (point.weight * point.value) / skill;
      byBad += (point.weight * (point.value - 1)) / skill;
    }
    variance += byGood ** 2 * ofGood.variance + byBad ** 2 * ofBad.variance;
  }
  return variance;
}

/** So many plain draws would be as uncertain. Near 0 and 1, where the variance shrinks to nothing, not more than there are. */
function effectiveDraws(mean: number, variance: number, most: number): number {
  if (variance <= 0) return most;
  const deviation = Math.min(0.5, Math.sqrt(variance));
  const inside = Math.min(1 - deviation, Math.max(deviation, mean));
  const draws = (inside * (1 - inside)) / variance;
  return inside === mean ? draws : Math.min(draws, most);
}

function missingShare({ points, strata, missing }: ShareQuestion, total: number): number {
  let [lost, all] = [0, 0];
  const judged = Map.groupBy(points, ({ stratum }) => stratum);
  for (const [name, size] of strata) {
    const unknown = missing.get(name) ?? 0;
    const known = (judged.get(name) ?? []).reduce((sum, point) => sum + point.size, 0);
    all += size;
    if (unknown > 0) lost += (size * unknown) / (unknown + known);
  }
  return all === 0 || total === 0 ? 0 : lost / all;
}

function widen({ mean, low, high }: Interval, lost: number): Interval {
  return { mean, low: low * (1 - lost), high: high * (1 - lost) + lost };
}
