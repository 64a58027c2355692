import type { Access, ShellView } from '../../src-shared/bridge.ts';
import type { TrayStatus } from '../../src-shared/house.ts';
import { settings, type Settings } from '../../src-shared/settings.ts';

export type DesktopSettings = Settings['desktop'];

/** All that tray and window are drawn from. */
export interface ShellState {
  engine: { phase: ShellView['engine']; problem: string | null };
  /** null while the engine does not run. */
  access: Access | null;
  /** What the engine last said of itself; null while it does not run. */
  status: TrayStatus | null;
  desktop: DesktopSettings;
  startAtLogin: ShellView['startAtLogin'];
  update: ShellView['update'];
  secrets: ShellView['secrets'];
  notices: ShellView['notices'];
}

export function initialState(): ShellState {
  return {
    engine: { phase: 'starting', problem: null },
    access: null,
    status: null,
    desktop: settings.shape.desktop.parse({}),
    startAtLogin: 'unknown',
    update: { state: 'off', version: null, sentence: '' },
    secrets: { protected: false, sentence: '' },
    notices: [],
  };
}

/** The state as the window may see it: without the token, which the page gets by itself. */
export function toShellView(state: ShellState): ShellView {
  const { engine, startAtLogin, update, secrets, notices } = state;
  return { engine: engine.phase, problem: engine.problem, startAtLogin, update, secrets, notices };
}

/** Holds the one state of the shell and tells who draws from it. */
export class ShellBoard {
  #state = initialState();
  readonly #listeners: ((state: ShellState, before: ShellState) => void)[] = [];

  get state(): ShellState {
    return this.#state;
  }

  /** Says nothing when nothing differs. */
  change(part: Partial<ShellState>): void {
    const before = this.#state;
    const next = { ...before, ...part };
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, before);
  }

  onChange(listener: (state: ShellState, before: ShellState) => void): void {
    this.#listeners.push(listener);
  }
}
