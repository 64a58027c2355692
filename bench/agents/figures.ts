import type { PlayedSession, PlayedTurn } from './play-session.ts';
import { STRONG } from './world.ts';

/** What the sessions of one contender with one seed came to. */
export interface AgentFigures {
  /** Of the turns without a cause to leave, those answered where the turn before was. */
  affinityKept: number;
  /** Sessions that got stuck with the weak model, by number: turns from getting stuck to the strong model. null: never. */
  escalations: { session: number; turns: number | null }[];
  /** Sessions that were taken to the strong track as stuck and were not. */
  needless: number;
  /** Of the prompt tokens, those that whoever answered had in its prompt cache. */
  cachedShare: number;
  done: number;
  costUsd: number;
  /** A session on average. */
  waitedSeconds: number;
  turnsPerSession: number;
  firstTokenP50Ms: number;
  localShare: number;
}

const NANO_USD = 1e9;

export function toAgentFigures(sessions: readonly PlayedSession[]): AgentFigures {
  const turns = sessions.flatMap((session) => session.turns);
  const stuck = sessions.filter(({ turns: own }) => own.some(({ isStuck }) => isStuck) && isStuckWithWeak(own));
  const prompts = sum(turns.map(({ promptTokens }) => promptTokens));
  const firstTokens = turns.flatMap(({ firstTokenMs }) => (firstTokenMs === null ? [] : [firstTokenMs]));
  return {
    affinityKept: affinityOf(sessions),
    escalations: stuck.map(({ script, turns: own }) => ({ session: script.number, turns: turnsToEscalation(own) })),
    needless: sessions.filter(({ turns: own }) => isNeedless(own)).length,
    cachedShare: sum(turns.map(({ cachedTokens }) => cachedTokens)) / prompts,
    done: sessions.filter(({ isDone }) => isDone).length,
    costUsd: sum(sessions.map(({ costNanoUsd }) => costNanoUsd)) / NANO_USD,
    waitedSeconds: sum(sessions.map(({ waitedMs }) => waitedMs)) / sessions.length / 1000,
    turnsPerSession: turns.length / sessions.length,
    firstTokenP50Ms: median(firstTokens),
    localShare: turns.filter(({ answeredBy }) => answeredBy !== null && answeredBy !== STRONG).length / turns.length,
  };
}

/** The worst of several seeds: the slowest escalation; null when one never came. */
export function slowestEscalation(figures: readonly AgentFigures[]): number | null {
  const turns = figures.flatMap(({ escalations }) => escalations.map((each) => each.turns));
  return turns.some((each) => each === null) ? null : Math.max(0, ...turns.map((each) => each ?? 0));
}

/** A mean over seeds of every figure that is a number. */
export function meanOf(figures: readonly AgentFigures[], name: Exclude<keyof AgentFigures, 'escalations'>): number {
  return sum(figures.map((each) => each[name])) / figures.length;
}

/** The turn that got stuck is the one before the first that knows of it. */
function isStuckWithWeak(turns: readonly PlayedTurn[]): boolean {
  const first = turns.findIndex(({ isStuck }) => isStuck);
  const { answeredBy = null } = turns[first - 1] ?? {};
  return answeredBy !== null && answeredBy !== STRONG;
}

/** Escalated before it got stuck, or without ever getting stuck. */
function isNeedless(turns: readonly PlayedTurn[]): boolean {
  const escalated = turns.findIndex((turn) => turn.escalated);
  return escalated >= 0 && !turns.slice(0, escalated + 1).some(({ isStuck }) => isStuck);
}

function turnsToEscalation(turns: readonly PlayedTurn[]): number | null {
  const first = turns.findIndex(({ isStuck }) => isStuck);
  const escalated = turns.findIndex(({ answeredBy }, place) => place >= first && answeredBy === STRONG);
  return escalated < 0 ? null : escalated - first + 1;
}

/** A cause to leave: useless answers in the hard step, or a call that failed, was thrown away or was raced. */
function affinityOf(sessions: readonly PlayedSession[]): number {
  let stays = 0;
  let count = 0;
  for (const { turns } of sessions) {
    turns.forEach(({ answeredBy, isStuck, hadTrouble }, place) => {
      const before = turns[place - 1];
      if (before === undefined || isStuck || hadTrouble) return;
      count += 1;
      if (before.answeredBy === answeredBy) stays += 1;
    });
  }
  return count === 0 ? 1 : stays / count;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
