import { settings as settingsSchema } from '../../src-shared/settings.ts';
import type { EnergyFigures, WeekFigures } from './week-figures.ts';
import { WEEK_SHARE_USD } from './week-script.ts';

/** One term of the total: what was used up of what the person allows; 1 is exactly at the target. */
export interface TotalTerm {
  name: 'quality' | 'latency' | 'cost' | 'energy';
  weight: number;
  used: (figures: WeekFigures & EnergyFigures) => number;
}

const { constraints, optimizer } = settingsSchema.parse({});
/** Nobody sets a target for energy: one full charge of the battery for each day stands for one. */
const WEEK_ENERGY_WH = 7 * 60;

/**
 * The weighted total by which weeks are compared; lower is better. Fixed before any week was run, by the person's own
 * targets alone: poor answers against those that the quality threshold allows, the 95th percentile of the first token
 * against the target latency, money against the week's even share of the month's, energy against a charge a day. An
 * answer that is wrong costs most, waiting more than money, money more than current.
 */
export const TOTAL_TERMS: readonly TotalTerm[] = [
  { name: 'quality', weight: 0.4, used: ({ quality }) => (1 - quality) / (1 - optimizer.preferences.qualityThreshold) },
  {
    name: 'latency',
    weight: 0.25,
    used: ({ firstTokenP95Ms }) => (firstTokenP95Ms ?? 0) / constraints.targetLatencyMs,
  },
  { name: 'cost', weight: 0.2, used: ({ costUsd }) => costUsd / WEEK_SHARE_USD },
  { name: 'energy', weight: 0.15, used: ({ energyWh }) => energyWh / WEEK_ENERGY_WH },
];

export function weightedTotal(figures: WeekFigures & EnergyFigures): number {
  return TOTAL_TERMS.reduce((sum, { weight, used }) => sum + weight * used(figures), 0);
}
