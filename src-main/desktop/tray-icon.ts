import type { TrayIcon } from '../../src-shared/house.ts';
import type { ShellState } from './shell-state.ts';

/** The picture of a state: the engine's own while it runs. */
export function toTrayIcon({ engine, status }: Pick<ShellState, 'engine' | 'status'>): TrayIcon {
  switch (engine.phase) {
    case 'running':
      return status?.icon ?? 'idle';
    case 'restarting':
    case 'failed':
      return 'problem';
    case 'starting':
    case 'stopping':
      return 'idle';
  }
}
