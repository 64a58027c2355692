import type { Preferences, Strategy } from '../../../src-shared/strategy.ts';
import { CONDITION_NAMES, CONDITIONS, type AdaptationCondition } from './adaptation-conditions.ts';
import { LEAST_REQUESTS, type AdaptationEvidence } from './adaptation-evidence.ts';
import {
  BOUNDS,
  CONTEXTS,
  FIELDS,
  MOVES,
  type ActingStrategy,
  type AdaptedField,
  type AdaptedValues,
} from './adaptation-rules.ts';

export interface JudgedCondition {
  holds: boolean;
  /** Readings in a row that say otherwise. */
  against: number;
  /** Readings in a row without enough requests to judge by. */
  unjudged: number;
}

/** What is remembered from one reading to the next; a value. */
export interface AdaptationMemory {
  /** Readings so far. */
  reads: number;
  /** Absent: never was the case. */
  conditions: Partial<Record<AdaptationCondition, JudgedCondition>>;
  /** Absent: never moved. */
  moved: Partial<Record<AdaptedField, { atRead: number; direction: number }>>;
  /** What `adaptive` has chosen; `balanced` under any other strategy. */
  actsAs: ActingStrategy;
  /** The reading since which it acts so. */
  actsSince: number;
}

const UNHEARD_OF: JudgedCondition = { holds: false, against: 0, unjudged: 0 };
export const NO_MEMORY: AdaptationMemory = { reads: 0, conditions: {}, moved: {}, actsAs: 'balanced', actsSince: 0 };

export interface AdaptationChange {
  field: AdaptedField;
  before: number;
  after: number;
  /** With the figures, for people. */
  reason: string;
}

export interface AdaptationPlan {
  next: AdaptedValues;
  actsAs: ActingStrategy;
  /** Set when `adaptive` acts as another strategy than before. */
  actsBecause: string | null;
  changes: readonly AdaptationChange[];
  memory: AdaptationMemory;
}

export interface AdaptationInput {
  values: AdaptedValues;
  /** The person's own preferences, where everything returns to. */
  start: Preferences;
  evidence: AdaptationEvidence;
  strategy: Strategy;
  memory: AdaptationMemory;
  /** False: only what `adaptive` acts as is chosen. */
  mayMove: boolean;
}

/** Half an hour of readings: what was the matter with the requests of this morning says nothing of the evening's. */
const FORGOTTEN_AFTER = 60;
/** Readings between two moves of a field, and before it turns round. */
const COOL_DOWN = 2;
const COOL_DOWN_TO_TURN = 4;
/** Readings for which `adaptive` keeps to a strategy unless something more urgent comes up. */
const LEAST_STAY = 4;

/**
 * One step of adaptation. What is the matter is decided with hysteresis, each field that the strategy moves for it goes one
 * bounded step, and fields that nothing pushes any more go back towards where the person put them.
 */
export function planAdaptation(input: AdaptationInput): AdaptationPlan {
  const { evidence, strategy, start } = input;
  const reads = input.memory.reads + 1;
  const isEnough = evidence.requests >= LEAST_REQUESTS;
  const conditions = judgeAll(input.memory, evidence, isEnough);
  const memory: AdaptationMemory = { ...input.memory, reads, conditions, moved: { ...input.memory.moved } };
  const acting = chooseStrategy(memory, strategy, evidence);
  const chosen = strategy === 'adaptive' ? acting.actsAs : 'balanced';
  if (chosen !== memory.actsAs) Object.assign(memory, { actsAs: chosen, actsSince: reads });
  const next = { ...input.values };
  const changes: AdaptationChange[] = [];
  for (const field of input.mayMove && isEnough ? FIELDS : []) {
    const wish = wishFor(field, acting.actsAs, { ...input, memory });
    if (wish.after === next[field] || isCooling(memory, field, Math.sign(wish.after - next[field]))) continue;
    memory.moved[field] = { atRead: reads, direction: Math.sign(wish.after - next[field]) };
    changes.push({ field, before: next[field], ...wish });
    next[field] = wish.after;
  }
  return { next: bound(next, start), actsAs: acting.actsAs, actsBecause: acting.because, changes, memory };
}

function judgeAll(
  memory: AdaptationMemory,
  evidence: AdaptationEvidence,
  isEnough: boolean,
): AdaptationMemory['conditions'] {
  const judged: AdaptationMemory['conditions'] = {};
  for (const name of CONDITION_NAMES) {
    const rule = CONDITIONS[name];
    const before = memory.conditions[name] ?? UNHEARD_OF;
    judged[name] = rule.byTraffic && !isEnough ? waitFor(before) : judge(before, rule, rule.measure(evidence));
  }
  return judged;
}

/** Nothing to judge by: it stays as it was, for a while. */
function waitFor(before: JudgedCondition): JudgedCondition {
  const unjudged = before.unjudged + 1;
  return unjudged >= FORGOTTEN_AFTER ? UNHEARD_OF : { ...before, unjudged };
}

function judge(
  { holds, against }: JudgedCondition,
  rule: { on: number; off: number; reads: number },
  measured: number | null,
): JudgedCondition {
  const isKnown = measured !== null && Number.isFinite(measured);
  const saysOtherwise = holds ? !isKnown || measured < rule.off : isKnown && measured >= rule.on;
  if (!saysOtherwise) return { holds, against: 0, unjudged: 0 };
  const isTurned = against + 1 >= rule.reads;
  return { holds: isTurned ? !holds : holds, against: isTurned ? 0 : against + 1, unjudged: 0 };
}

function chooseStrategy(
  memory: AdaptationMemory,
  strategy: Strategy,
  evidence: AdaptationEvidence,
): { actsAs: ActingStrategy; because: string | null } {
  if (strategy !== 'adaptive') return { actsAs: strategy, because: null };
  const context = CONTEXTS.find(({ when }) => memory.conditions[when]?.holds === true);
  const actsAs = context?.actsAs ?? 'balanced';
  if (actsAs === memory.actsAs) return { actsAs, because: null };
  const isMoreUrgent = urgencyOf(actsAs) > urgencyOf(memory.actsAs);
  if (!isMoreUrgent && memory.reads - memory.actsSince < LEAST_STAY) return { actsAs: memory.actsAs, because: null };
  return { actsAs, because: context === undefined ? 'nothing is the matter' : CONDITIONS[context.when].say(evidence) };
}

/** By the order of the contexts; 0: nothing is the matter. */
function urgencyOf(actsAs: ActingStrategy): number {
  const index = CONTEXTS.findIndex((context) => context.actsAs === actsAs);
  return index === -1 ? 0 : CONTEXTS.length - index;
}

/** Where a field should go now, and why. */
function wishFor(
  field: AdaptedField,
  actsAs: ActingStrategy,
  input: AdaptationInput,
): { after: number; reason: string } {
  const { values, memory, evidence, start } = input;
  const before = values[field];
  const move = MOVES[actsAs].find((each) => each.field === field && memory.conditions[each.when]?.holds === true);
  if (move !== undefined) {
    const { step, limit } = move;
    // What the person set beyond the limit is not pulled back to it.
    const after =
      step > 0 ? Math.max(before, Math.min(limit, before + step)) : Math.min(before, Math.max(limit, before + step));
    return { after: round(after), reason: CONDITIONS[move.when].say(evidence) };
  }
  const home = field === 'pressureFactor' ? BOUNDS.pressureFactor.min : start[field];
  const step = Math.max(-BOUNDS[field].back, Math.min(BOUNDS[field].back, home - before));
  return { after: round(before + step), reason: 'the cause is gone' };
}

function isCooling({ reads, moved }: AdaptationMemory, field: AdaptedField, direction: number): boolean {
  const last = moved[field];
  if (last === undefined) return false;
  return reads - last.atRead < (last.direction === direction ? COOL_DOWN : COOL_DOWN_TO_TURN);
}

function bound(values: AdaptedValues, start: Preferences): AdaptedValues {
  const bounded = { ...values };
  for (const field of FIELDS) {
    const { min, max } = BOUNDS[field];
    const home = field === 'pressureFactor' ? min : start[field];
    bounded[field] = Number.isNaN(values[field]) ? home : Math.max(min, Math.min(max, values[field]));
  }
  return bounded;
}

/** Steps are decimal fractions; without this they would add up to 0.6499999999999999. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
