import { z } from 'zod';
import { appSettings, budget } from './settings.ts';

/**
 * Money and apps in the control API:
 *   GET    /control/v1/spend?days=30&by=app   spendQuery -> spendReport
 *   GET    /control/v1/apps                   -> { apps: appView[] }
 *   POST   /control/v1/apps                   addApp -> addedApp
 *   POST   /control/v1/apps/ID                changeApp -> appView
 *   DELETE /control/v1/apps/ID                -> { removed: true }
 * Money is in integer nano-dollars; null is unknown, never 0.
 */

const count = z.int().min(0);
const nanoUsd = z.int();

export const budgetStatus = z.object({
  scope: z.enum(['total', 'app', 'provider']),
  /** App or provider id; null: the total. */
  id: z.string().nullable(),
  period: z.enum(['day', 'month']),
  startMs: z.int(),
  endMs: z.int(),
  limitNanoUsd: nanoUsd,
  /** Booked in this period; `assumedNanoUsd` of it are ceilings of calls whose true cost nobody told. */
  spentNanoUsd: nanoUsd,
  assumedNanoUsd: nanoUsd,
  /** Calls whose price and ceiling were both unknown: they are not in `spentNanoUsd`. */
  unknownCosts: count,
  /** Held for calls under way. */
  reservedNanoUsd: nanoUsd,
  callsUnderWay: count,
  /** What a new call may still cost; never below 0. */
  leftNanoUsd: nanoUsd,
  /**
   * Spent beyond the limit: calls that cost more than their ceiling. It can grow no further than by the price of
   * the calls under way, because no call with a price starts while it is above 0.
   */
  overshootNanoUsd: nanoUsd,
  /** One sentence. */
  sentence: z.string(),
});
export type BudgetStatus = z.infer<typeof budgetStatus>;

export const budgetAlert = z.object({
  scope: budgetStatus.shape.scope,
  id: z.string().nullable(),
  period: budgetStatus.shape.period,
  /** Percent of the limit that is spent, or `pace`: more than 10 % ahead of an even pace. */
  level: z.union([z.literal(50), z.literal(80), z.literal(100), z.literal('pace')]),
  sentence: z.string(),
});
export type BudgetAlert = z.infer<typeof budgetAlert>;

/** What the month will have cost at its end: an estimate with an 80 % interval; null: nothing to go by. */
export const monthForecast = z.object({
  spentNanoUsd: nanoUsd,
  expectedNanoUsd: nanoUsd.nullable(),
  lowNanoUsd: nanoUsd.nullable(),
  highNanoUsd: nanoUsd.nullable(),
  /** Whole days that it is made from. */
  sampleDays: count,
  estimated: z.literal(true),
});
export type MonthForecast = z.infer<typeof monthForecast>;

/** reference - paid, over the requests where both are known, - energy; always an estimate. */
export const savings = z.object({
  /** Model that the tokens would have gone to; null: none is known. */
  reference: z.string().nullable(),
  referenceNanoUsd: nanoUsd,
  paidNanoUsd: nanoUsd,
  energyNanoUsd: nanoUsd,
  /** Below 0 when it cost more than the reference; null: known of no request. */
  savedNanoUsd: nanoUsd.nullable(),
  /** Requests of which cost and reference are known, and the others, which are left out. */
  requests: count,
  unknownRequests: count,
  /** Requests whose energy is unknown and therefore not subtracted. */
  unknownEnergies: count,
  estimated: z.literal(true),
});
export type Savings = z.infer<typeof savings>;

const spendSum = z.object({
  requests: count,
  /** Known costs only. */
  costNanoUsd: nanoUsd,
  /** Calls whose cost is not known. */
  unknownCosts: count,
  /** Joules on this machine, an estimate; known ones only. */
  energyJoules: z.number(),
});
export type SpendSum = z.infer<typeof spendSum>;

export const spendReport = z.object({
  by: z.enum(['app', 'provider', 'track']),
  fromMs: z.int(),
  toMs: z.int(),
  /** Dearest first. `key` null: the program did not say who it is. `days` has the cost of each day, oldest first. */
  rows: z.array(spendSum.extend({ key: z.string().nullable(), days: z.array(nanoUsd) })),
  today: spendSum,
  month: spendSum,
  forecast: monthForecast,
  budgets: z.array(budgetStatus),
  savings,
  /** Where prices come from that the person has not set; `fetchedAtMs` null: it came with the program. */
  priceTable: z.object({ source: z.string(), date: z.string(), fetchedAtMs: z.number().nullable() }),
});
export type SpendReport = z.infer<typeof spendReport>;

export const spendQuery = z.strictObject({
  /** Today and the days before it. */
  days: z.coerce.number().int().min(1).max(366).default(30),
  by: spendReport.shape.by.default('app'),
});
export type SpendQuery = z.infer<typeof spendQuery>;

/** An app without the hash of its key. */
export const appView = appSettings.omit({ keyHash: true }).extend({
  todayNanoUsd: nanoUsd,
  monthNanoUsd: nanoUsd,
});
export type AppView = z.infer<typeof appView>;

const { shape } = appSettings;
const limits = budget.shape;

/** The settings' own fields without their defaults: what is not said stays as it is. */
const permissions = {
  enabled: shape.enabled.unwrap().optional(),
  tracks: shape.tracks.unwrap().optional(),
  models: shape.models.unwrap().optional(),
  private: shape.private.unwrap().optional(),
  budget: z
    .strictObject({ dayUsd: limits.dayUsd.unwrap().optional(), monthUsd: limits.monthUsd.unwrap().optional() })
    .optional(),
  maxCostPerRequestUsd: shape.maxCostPerRequestUsd.unwrap().optional(),
};
const appName = z.string().trim().min(1).max(64);

export const addApp = z.strictObject({
  name: appName,
  /** Made from the name unless given. */
  id: shape.id.optional(),
  ...permissions,
});
export type AddApp = z.infer<typeof addApp>;

/** Fields that are given replace; a budget's limits one by one. */
export const changeApp = z.strictObject({ name: appName.optional(), ...permissions });
export type ChangeApp = z.infer<typeof changeApp>;

/** The only time that the key is told. */
export const addedApp = z.object({ app: appView, key: z.string() });
export type AddedApp = z.infer<typeof addedApp>;
