import type { TrayStatus } from '../../../src-shared/house.ts';
import { initialState, type ShellState } from '../../../src-main/desktop/shell-state.ts';

/** A quiet engine, with `changes`. */
export function trayStatusOf(changes: Partial<TrayStatus> = {}): TrayStatus {
  return {
    icon: 'idle',
    sentence: 'Idle - ready to optimize',
    strategy: 'balanced',
    actsAs: 'balanced',
    localOnly: false,
    address: 'http://127.0.0.1:8400',
    gate: { open: true, paused: false, pausedUntilMs: null, sentence: 'ready to optimize' },
    todayNanoUsd: 0,
    unknownCosts: 0,
    savedTodayNanoUsd: null,
    loadedModels: [],
    problems: [],
    background: null,
    ...changes,
  };
}

/** A shell whose engine runs, with `changes`. */
export function runningState(changes: Partial<ShellState> = {}): ShellState {
  return {
    ...initialState(),
    engine: { phase: 'running', problem: null },
    access: { address: 'http://127.0.0.1:8400', token: 'secret' },
    status: trayStatusOf(),
    ...changes,
  };
}
