import type { GateView } from '../../../../src-shared/machine.ts';
import type { GateOverride } from '../../resources/idle-gate.ts';
import type { StoredRun } from '../../store/job-run.ts';
import { timeInWords } from './time-in-words.ts';

/** What may keep a run from going on. */
export interface Obstacles {
  /** Why the person does not want it to run; null: they do. */
  switchedOff: string | null;
  /** Unix milliseconds, or null until resumed; undefined: the job is not paused. */
  pausedUntilMs: number | null | undefined;
  /** What keeps its outcome from being written down; null: nothing. */
  problem: string | null;
  gate: Pick<GateView, 'conditions' | 'closedBy'>;
  /** Conditions that do not hold this run. */
  overrides: readonly GateOverride[];
  /** The job that is at work instead, by its title; null: none. */
  working: string | null;
  nowMs: number;
}

/** Why a waiting run does not work, in a sentence; null: it is about to. Of several reasons the most lasting is told. */
export function waitsFor(run: StoredRun, obstacles: Obstacles): string | null {
  const { switchedOff, pausedUntilMs, problem, gate, overrides, working, nowMs } = obstacles;
  if (switchedOff !== null) return switchedOff;
  if (pausedUntilMs !== undefined)
    return pausedUntilMs === null ? PAUSED : `Paused; it goes on ${timeInWords(pausedUntilMs, nowMs)}.`;
  if (problem !== null) return problem;
  const held = gate.closedBy.find((name) => !overrides.some((each) => each === name));
  const condition = gate.conditions.find(({ name }) => name === held);
  if (condition !== undefined) return condition.sentence;
  if (run.retryAtMs !== null && run.retryAtMs > nowMs) {
    return `It failed and is tried again ${timeInWords(run.retryAtMs, nowMs)}. ${run.problem ?? ''}`.trimEnd();
  }
  return working === null ? null : `Waits its turn: ${working} is at work.`;
}

const PAUSED = 'Paused until you resume it.';
