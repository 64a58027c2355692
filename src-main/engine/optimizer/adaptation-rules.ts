import type { Preferences, Strategy } from '../../../src-shared/strategy.ts';
import type { AdaptationCondition } from './adaptation-conditions.ts';

/** A strategy that acts by itself. */
export type ActingStrategy = Exclude<Strategy, 'adaptive'>;

/** What adaptation moves: the person's preferences, and how much the load on the machine weighs (1: as the strategy has it). */
export interface AdaptedValues extends Preferences {
  pressureFactor: number;
}
export type AdaptedField = keyof AdaptedValues;

export const FIELDS = [
  'localBias',
  'parallelThreshold',
  'timeoutMultiplier',
  'qualityThreshold',
  'pressureFactor',
] as const satisfies readonly AdaptedField[];

/** Nothing leaves these, whatever is configured; `back` is the step toward the start once the cause is gone. */
export const BOUNDS: Readonly<Record<AdaptedField, { min: number; max: number; back: number }>> = {
  localBias: { min: 0, max: 1, back: 0.05 },
  parallelThreshold: { min: 0, max: 1, back: 0.05 },
  timeoutMultiplier: { min: 0.5, max: 4, back: 0.1 },
  qualityThreshold: { min: 0, max: 1, back: 0.01 },
  pressureFactor: { min: 1, max: 4, back: 0.25 },
};

/** As long as the condition holds, the field goes by `step` and not beyond `limit`. */
export interface Move {
  field: AdaptedField;
  when: AdaptationCondition;
  step: number;
  limit: number;
}

/**
 * What each strategy does about what is the matter. Of the moves of one field the first whose condition holds is made. A
 * high `parallelThreshold` means few races, a high `qualityThreshold` better models, a high `pressureFactor` lighter ones.
 */
export const MOVES: Readonly<Record<ActingStrategy, readonly Move[]>> = {
  // prettier-ignore
  balanced: [
    { field: 'localBias',         when: 'spending_ahead', step:  0.05,  limit: 0.8 },
    { field: 'localBias',         when: 'local_faster',   step:  0.05,  limit: 0.7 },
    { field: 'localBias',         when: 'cloud_faster',   step: -0.05,  limit: 0.3 },
    { field: 'parallelThreshold', when: 'strained',       step:  0.05,  limit: 0.95 },
    { field: 'parallelThreshold', when: 'spending_ahead', step:  0.05,  limit: 0.95 },
    { field: 'parallelThreshold', when: 'latency_missed', step: -0.025, limit: 0.5 },
    { field: 'timeoutMultiplier', when: 'quality_low',    step:  0.1,   limit: 1.5 },
    { field: 'qualityThreshold',  when: 'quality_low',    step:  0.01,  limit: 0.9 },
    { field: 'pressureFactor',    when: 'strained',       step:  0.25,  limit: 2 },
  ],
  // prettier-ignore
  latency_focused: [
    { field: 'localBias',         when: 'local_faster',   step:  0.1,   limit: 0.9 },
    { field: 'localBias',         when: 'cloud_faster',   step: -0.1,   limit: 0.1 },
    { field: 'parallelThreshold', when: 'latency_missed', step: -0.05,  limit: 0.3 },
    { field: 'timeoutMultiplier', when: 'latency_missed', step: -0.1,   limit: 0.7 },
  ],
  // prettier-ignore
  resource_efficient: [
    { field: 'parallelThreshold', when: 'battery_low',    step:  0.1,   limit: 1 },
    { field: 'parallelThreshold', when: 'hot',            step:  0.1,   limit: 1 },
    { field: 'parallelThreshold', when: 'on_battery',     step:  0.1,   limit: 1 },
    { field: 'parallelThreshold', when: 'strained',       step:  0.1,   limit: 1 },
    { field: 'pressureFactor',    when: 'battery_low',    step:  0.5,   limit: 4 },
    { field: 'pressureFactor',    when: 'hot',            step:  0.5,   limit: 4 },
    { field: 'pressureFactor',    when: 'strained',       step:  0.5,   limit: 4 },
  ],
  // prettier-ignore
  quality_focused: [
    { field: 'qualityThreshold',  when: 'quality_low',    step:  0.02,  limit: 0.95 },
    { field: 'timeoutMultiplier', when: 'quality_low',    step:  0.25,  limit: 3 },
  ],
  // prettier-ignore
  cost_focused: [
    { field: 'localBias',         when: 'spending_ahead', step:  0.1,   limit: 1 },
    { field: 'parallelThreshold', when: 'spending_ahead', step:  0.1,   limit: 1 },
  ],
};

/** What `adaptive` acts as: by the first condition that holds; else it is balanced. */
export const CONTEXTS: readonly { when: AdaptationCondition; actsAs: ActingStrategy }[] = [
  { when: 'battery_low', actsAs: 'resource_efficient' },
  { when: 'hot', actsAs: 'resource_efficient' },
  { when: 'on_battery', actsAs: 'resource_efficient' },
  { when: 'strained', actsAs: 'resource_efficient' },
  { when: 'spending_far_ahead', actsAs: 'cost_focused' },
  { when: 'latency_missed', actsAs: 'latency_focused' },
  { when: 'quality_low', actsAs: 'quality_focused' },
];
